import { mergeConfig } from 'vitest/config';
import base from '../../vitest.base.ts';

// The modules under test/ are decorated too, but tsconfig.json, from which the decorator options are taken, covers only src/.
export default mergeConfig(base, { oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } } });
