/** For tests that run a program of the system. */
export { type DebianProgram, findDebianProgram } from './debian-program.ts';
