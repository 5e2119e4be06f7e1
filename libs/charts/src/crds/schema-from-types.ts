import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type ts from 'typescript';

// Required, not imported: Node would read all 9 MB of it twice more, to tell its module format and to list its exports.
const compiler = createRequire(import.meta.url)('typescript') as typeof ts;

/** A structural schema of Kubernetes' custom resource definitions: no references, a type at every node. */
export interface StructuralSchema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly format?: string;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly additionalProperties?: StructuralSchema;
  readonly items?: StructuralSchema;
  readonly required?: readonly string[];
  readonly anyOf?: readonly StructuralSchema[];
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
}

/** What every root object extends; declared by another package, behind a re-export. */
const typeMeta: StructuralSchema = {
  type: 'object',
  properties: { apiVersion: { type: 'string' }, kind: { type: 'string' } },
};

const anything: StructuralSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/**
 * Types that are not walked into, by the end of their name.
 *
 * Pods and jobs are kept as they are given: a copy of the whole pod schema would be 1.2 MB, and would drop every field that a newer cluster knows.
 */
const leaves: Readonly<Record<string, StructuralSchema>> = {
  MetaV1Time: { type: 'string', format: 'date-time' },
  IntstrIntOrString: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
  MetaV1ObjectMeta: anything,
  CoreV1PodTemplateSpec: anything,
  BatchV1JobSpec: anything,
};

const keywords: ReadonlyMap<ts.SyntaxKind, 'string' | 'integer' | 'boolean'> = new Map([
  [compiler.SyntaxKind.StringKeyword, 'string'],
  // The Go types behind these have no floating-point field.
  [compiler.SyntaxKind.NumberKeyword, 'integer'],
  [compiler.SyntaxKind.BooleanKeyword, 'boolean'],
]);

/** One declaration file, parsed: where its imported names come from, and what it declares. */
interface Declarations {
  readonly path: string;
  readonly source: ts.SourceFile;
  readonly imports: ReadonlyMap<string, string>;
  readonly declared: ReadonlyMap<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>;
}

/** Reads structural schemas out of the declaration files of a package of Kubernetes models; syntax only, no type checker. */
export class SchemaReader {
  readonly #files = new Map<string, Declarations>();
  readonly #leaves: Readonly<Record<string, StructuralSchema>>;

  /** Types that end in a leaf's name have the leaf's schema instead of their own. */
  constructor(ownLeaves: Readonly<Record<string, StructuralSchema>> = leaves) {
    this.#leaves = { TypeMeta: typeMeta, ...ownLeaves };
  }

  /**
   * The schema of an exported interface.
   *
   * Shape:  `apiVersion`, `kind` and `metadata` are typed as the API server wants them at the root of an object.
   * Errors: names the file and the type when a declaration has a form that this reader doesn't know.
   */
  readObject(specifier: string, interfaceName: string): StructuralSchema {
    const schema = this.readInterface(specifier, interfaceName);
    const { apiVersion: _version, kind: _kind, metadata: _metadata, ...parts } = schema.properties ?? {};
    const root = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } } as const;
    return { type: 'object', properties: { ...root, ...parts }, required: ['spec'] };
  }

  /** The schema of an exported interface as it stands. */
  readInterface(specifier: string, interfaceName: string): StructuralSchema {
    return this.#named(this.#open(resolveTypes(specifier)), interfaceName);
  }

  #open(path: string): Declarations {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = readDeclarations(
      path,
      compiler.createSourceFile(path, readFileSync(path, 'utf8'), compiler.ScriptTarget.ES2024),
    );
    this.#files.set(path, file);
    return file;
  }

  #named(file: Declarations, name: string): StructuralSchema {
    const leaf = Object.keys(this.#leaves).find((end) => name.endsWith(end));
    if (leaf !== undefined) return this.#leaves[leaf] as StructuralSchema;
    const from = file.imports.get(name);
    if (from !== undefined) {
      const path = from.startsWith('.') ? join(dirname(file.path), from.replace(/\.js$/, '.d.ts')) : resolveTypes(from);
      return this.#named(this.#open(path), name);
    }
    const declaration = file.declared.get(name);
    if (declaration === undefined) throw new Error(`${file.path}: got no declaration of ${name}, expected one`);
    return compiler.isInterfaceDeclaration(declaration)
      ? this.#interface(file, declaration)
      : this.#type(file, declaration.type);
  }

  /** An interface with the members of those that it extends: Go's embedded structs. */
  #interface(file: Declarations, { heritageClauses, members }: ts.InterfaceDeclaration): StructuralSchema {
    const bases = (heritageClauses ?? []).flatMap(({ types }) =>
      types.map(({ expression }) => this.#named(file, expression.getText(file.source))),
    );
    const own = this.#members(file, members);
    if (bases.length === 0) return own;
    const parts = [...bases, own];
    const required = parts.flatMap((part) => part.required ?? []);
    return {
      ...own,
      properties: Object.assign({}, ...parts.map(({ properties }) => properties)) as Record<string, StructuralSchema>,
      ...(required.length > 0 && { required: [...new Set(required)].sort() }),
    };
  }

  #type(file: Declarations, type: ts.TypeNode): StructuralSchema {
    const keyword = keywords.get(type.kind);
    if (keyword !== undefined) return { type: keyword };
    if (compiler.isLiteralTypeNode(type) || compiler.isUnionTypeNode(type)) return { type: 'string' };
    if (compiler.isTypeLiteralNode(type)) return this.#members(file, type.members);
    if (compiler.isTypeReferenceNode(type) && compiler.isIdentifier(type.typeName)) {
      const [argument] = type.typeArguments ?? [];
      if (type.typeName.text === 'Array' && argument !== undefined) {
        return { type: 'array', items: this.#type(file, argument) };
      }
      return this.#named(file, type.typeName.text);
    }
    throw new Error(
      `${file.path}: got a type of kind ${compiler.SyntaxKind[type.kind]}, expected one that a schema can say`,
    );
  }

  #members(file: Declarations, members: ts.NodeArray<ts.TypeElement>): StructuralSchema {
    const index = members.find(compiler.isIndexSignatureDeclaration);
    if (index !== undefined) return { type: 'object', additionalProperties: this.#type(file, index.type) };
    if (members.length === 0) return anything;
    const signatures = members.filter(compiler.isPropertySignature);
    const properties = signatures.map(
      (member) => [nameOf(member), this.#type(file, member.type as ts.TypeNode)] as const,
    );
    const required = signatures.filter((member) => member.questionToken === undefined).map(nameOf);
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required: required.sort() }),
    };
  }
}

/** The declaration file of a package's module. */
function resolveTypes(specifier: string): string {
  const { resolvedModule } = compiler.resolveModuleName(
    specifier,
    fileURLToPath(import.meta.url),
    { module: compiler.ModuleKind.NodeNext, moduleResolution: compiler.ModuleResolutionKind.NodeNext },
    compiler.sys,
    undefined,
    undefined,
    compiler.ModuleKind.ESNext,
  );
  if (resolvedModule === undefined) throw new Error(`${specifier}: got no declaration file, expected one; run npm ci`);
  return resolvedModule.resolvedFileName;
}

function nameOf({ name }: ts.PropertySignature): string {
  return (name as ts.StringLiteral | ts.Identifier).text;
}

function readDeclarations(path: string, source: ts.SourceFile): Declarations {
  const imports = new Map<string, string>();
  const declared = new Map<string, ts.InterfaceDeclaration | ts.TypeAliasDeclaration>();
  const aliases: [alias: string, name: string][] = [];
  for (const statement of source.statements) {
    if (compiler.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings === undefined || !compiler.isNamedImports(bindings)) continue;
      for (const { name } of bindings.elements)
        imports.set(name.text, (statement.moduleSpecifier as ts.StringLiteral).text);
    } else if (compiler.isInterfaceDeclaration(statement) || compiler.isTypeAliasDeclaration(statement)) {
      declared.set(statement.name.text, statement);
    } else if (
      compiler.isExportDeclaration(statement) &&
      statement.exportClause &&
      compiler.isNamedExports(statement.exportClause)
    ) {
      // The packages export each type a second time under its full name, by which other files import it.
      for (const { name, propertyName } of statement.exportClause.elements) {
        aliases.push([name.text, (propertyName ?? name).text]);
      }
    }
  }
  for (const [alias, name] of aliases) {
    const declaration = declared.get(name);
    if (declaration !== undefined) declared.set(alias, declaration);
  }
  return { path, source, imports, declared };
}
