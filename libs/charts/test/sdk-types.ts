import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const sdk = '@grafana/grafana-foundation-sdk';

/** The types of the SDK's modules, for values that stand in JSON. */
export class SdkTypes {
  readonly #checker: ts.TypeChecker;
  readonly #modules: ReadonlyMap<string, ts.Symbol>;

  /** @param modules such as `dashboard`. */
  constructor(modules: readonly string[]) {
    const options: ts.CompilerOptions = {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2024,
      strict: true,
      noEmit: true,
      types: [],
    };
    const files = new Map(modules.map((name) => [name, resolve(`${sdk}/${name}`, options)]));
    const program = ts.createProgram([...files.values()], options);
    this.#checker = program.getTypeChecker();
    this.#modules = new Map(
      [...files].map(([name, file]) => {
        const source = program.getSourceFile(file);
        const symbol = source && this.#checker.getSymbolAtLocation(source);
        if (!symbol) throw new Error(`${sdk}/${name}: got no module, expected one`);
        return [name, symbol];
      }),
    );
  }

  /** What is wrong with a value of an exported type; paths such as `panels[0].gridPos`. */
  problems(value: unknown, module: string, type: string, path: string): readonly string[] {
    const exported = this.#checker.getExportsOfModule(this.#modules.get(module) as ts.Symbol);
    const symbol = exported.find(({ name }) => name === type);
    if (!symbol) throw new Error(`${sdk}/${module}: got no type ${type}, expected one`);
    return this.#walk(value, this.#checker.getDeclaredTypeOfSymbol(symbol), path);
  }

  #walk(value: unknown, type: ts.Type, path: string): readonly string[] {
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
    if (type.isUnion()) return this.#union(value, type, path);
    if (type.isLiteral()) return value === type.value ? [] : [wrong(value, JSON.stringify(type.value), path)];
    if (type.flags & ts.TypeFlags.BooleanLiteral)
      return `${value}` === this.#checker.typeToString(type)
        ? []
        : [wrong(value, this.#checker.typeToString(type), path)];
    if (type.flags & ts.TypeFlags.String) return typeof value === 'string' ? [] : [wrong(value, 'a string', path)];
    if (type.flags & ts.TypeFlags.Number) return typeof value === 'number' ? [] : [wrong(value, 'a number', path)];
    if (type.flags & ts.TypeFlags.Null) return value === null ? [] : [wrong(value, 'null', path)];
    if (type.flags & ts.TypeFlags.Undefined) return value === undefined ? [] : [wrong(value, 'nothing', path)];
    if (this.#checker.isArrayType(type)) return this.#array(value, type, path);
    return this.#object(value, type, path);
  }

  /** The alternative that fits best says what is wrong. */
  #union(value: unknown, type: ts.UnionType, path: string): readonly string[] {
    const possible = type.types.filter(({ flags }) => value === undefined || !(flags & ts.TypeFlags.Undefined));
    const attempts = possible.map((each) => this.#walk(value, each, path));
    return attempts.reduce((best, attempt) => (attempt.length < best.length ? attempt : best));
  }

  #array(value: unknown, type: ts.Type, path: string): readonly string[] {
    if (!Array.isArray(value)) return [wrong(value, 'a list', path)];
    const [item] = this.#checker.getTypeArguments(type as ts.TypeReference);
    return value.flatMap((each, index) => this.#walk(each, item as ts.Type, `${path}[${index}]`));
  }

  #object(value: unknown, type: ts.Type, path: string): readonly string[] {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [wrong(value, 'an object', path)];
    const index = this.#checker.getIndexInfosOfType(type)[0]?.type;
    // What the SDK adds for itself is a method, and never in the JSON.
    const properties = this.#checker
      .getPropertiesOfType(type)
      .filter((property) => !property.name.startsWith('_implements'));
    const known = new Map(properties.map((property) => [property.name, property]));
    const missing = properties
      .filter(({ name, flags }) => !(flags & ts.SymbolFlags.Optional) && !(name in value))
      .map(({ name }) => `${path}.${name}: missing`);
    // Whatever implements it has fields of its own: they are checked by its own type.
    const open = properties.length === 0;
    const wrongs = Object.entries(value).flatMap(([name, child]) => {
      const property = known.get(name);
      const childType = property ? this.#checker.getTypeOfSymbol(property) : index;
      if (childType === undefined) return open ? [] : [`${path}.${name}: no such field`];
      return this.#walk(child, childType, `${path}.${name}`);
    });
    return [...missing, ...wrongs];
  }
}

function wrong(value: unknown, expected: string, path: string): string {
  return `${path}: got ${JSON.stringify(value)}, expected ${expected}`;
}

function resolve(specifier: string, options: ts.CompilerOptions): string {
  const from = fileURLToPath(import.meta.url);
  const { resolvedModule } = ts.resolveModuleName(
    specifier,
    from,
    options,
    ts.sys,
    undefined,
    undefined,
    ts.ModuleKind.ESNext,
  );
  if (!resolvedModule) throw new Error(`${specifier}: got no declaration file, expected one; run npm ci`);
  return resolvedModule.resolvedFileName;
}
