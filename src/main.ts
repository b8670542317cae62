import { startApplication } from './application.ts';
import { ConfigError, readConfig } from './config.ts';

/** Read the configuration, compose, listen, stop. */
const run = async (): Promise<void> => {
  const config = readConfig(process.env);
  const application = await startApplication(config);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      application.stop().catch(error => {
        process.stderr.write(`did not stop cleanly: ${(error as Error).name}\n`);
        process.exitCode = 1;
      });
    });
  // Said last: whoever waits for it may ask for the stop at once.
  const { url } = application;
  process.stdout.write(config.production ? `listening on ${url}\n` : whatToTry(url));
};

const whatToTry = (url: string): string => `
Personal health record, development mode: ${url}

  ${url}/docs                 the API, readable
  ${url}/openapi.json         the API, as OpenAPI 3.1
  ${url}/dev/outbox           messages and codes that would have been sent
  ${url}/dev/tokens           professionals of the test set; POST {"professional": "<key>"} gives a token
  ${url}/dev/clock            POST {"seconds": 86400} moves time forward

  npm run import -- test/fixtures/insured.csv    imports persons to invite (beside the running server)
  npm run demo                                   plays a whole story on a server of its own
  npm run audit -- replay <espace>               replays a history and takes every decision again

`;

run().catch(error => {
  // Before the first request there is nothing of anybody's to give away.
  const message = error instanceof ConfigError ? error.message : `could not start: ${describe(error)}`;
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
});

const describe = (error: unknown): string => {
  const { code, name, message } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE' ? 'the port is taken; set PORT' : `${name}: ${message}`;
};
