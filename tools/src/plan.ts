/** `npm run plan`: forecasts a release gate for the traffic that the flags describe; `--help` shows them. */
import { configExitCode, SettingsError } from '@observed-rollouts/contract';
import { makePlan } from './plan/plan.ts';
import { renderPlan } from './plan/render.ts';
import { CommandLineExit, readPlanInput } from './plan/settings.ts';

try {
  const { input, json } = readPlanInput(process.argv.slice(2), process.env);
  const plan = makePlan(input);
  console.log(json ? JSON.stringify(plan, undefined, 2) : renderPlan(plan));
} catch (error) {
  if (error instanceof CommandLineExit) {
    (error.exitCode === 0 ? process.stdout : process.stderr).write(`${error.message}\n`);
    process.exit(error.exitCode);
  }
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(configExitCode);
}
