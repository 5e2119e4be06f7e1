export { InputError, Problems } from './input-error.ts';
export { Interrupted, interruption } from './interruption.ts';
export { isProgram, programOnPath } from './program.ts';
