/** What our server is compared with: Koa, one route, one answer. No log; nobody is asked who they are. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Router from '@koa/router';
import Koa from 'koa';
import { answerAsHelper } from './helper-process.ts';
import { type ServerAnswer, type ServerQuestion, threadMicroseconds } from './server-protocol.ts';

let body = Buffer.alloc(0);
const router = new Router();
router.get('/v1/espaces/:espace/documents/:document/content', ctx => {
  ctx.type = 'text/plain';
  ctx.body = body;
});
const server = createServer(new Koa().use(router.routes()).callback());

answerAsHelper<ServerQuestion, ServerAnswer>(
  async question => {
    if (question.kind === 'listen') {
      body = Buffer.from(question.body);
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    }
    return { port: (server.address() as AddressInfo).port, cpuMicroseconds: threadMicroseconds() };
  },
  async () => {
    server.close();
    server.closeAllConnections();
  },
);
