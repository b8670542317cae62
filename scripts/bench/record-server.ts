/** The server as `npm start` composes it, in a process of its own, over the folder that its environment names. */
import type { AddressInfo } from 'node:net';
import { startApplication } from '../../src/application.ts';
import { readConfig } from '../../src/config.ts';
import { answerAsHelper } from './helper-process.ts';
import { type ServerAnswer, type ServerQuestion, threadMicroseconds } from './server-protocol.ts';

const starting = startApplication(readConfig(process.env));

answerAsHelper<ServerQuestion, ServerAnswer>(
  async () => {
    const { server } = await starting;
    return { port: (server.address() as AddressInfo).port, cpuMicroseconds: threadMicroseconds() };
  },
  async () => (await starting).stop(),
);
