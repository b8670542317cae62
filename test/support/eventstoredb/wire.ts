import { connect, createServer, type Socket } from 'node:net';

/** The network between the client and the double: everything goes through it, and it can be cut or go silent. */
export type Wire = {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections that there ever were. */
  readonly accepted: number;
  /** Cuts every connection, at once and without a goodbye; new ones are let in. */
  drop(): void;
  /** Over the connections that are open nothing gets through any more, and nobody is told; new ones work. */
  strand(): void;
  /** Nothing gets through any more at all, and nobody is told. */
  freeze(): void;
  /** What was held back gets through, and everything after. */
  thaw(): void;
  close(): Promise<void>;
};

const HOST = '127.0.0.1';

/** Passes connections on to `targetPort`; where nobody listens there, the client's connection is cut. */
export const openWire = async (targetPort: number): Promise<Wire> => {
  const sockets = new Set<Socket>();
  const stranded = new WeakSet<Socket>();
  let isFrozen = false;
  let accepted = 0;

  const strand = (socket: Socket) => {
    stranded.add(socket);
    socket.pause();
  };

  const carry = (from: Socket, to: Socket) => {
    from.on('data', chunk => {
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => {
      if (!stranded.has(from)) from.resume();
    });
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
    from.setNoDelay(true);
    sockets.add(from);
    from.on('close', () => sockets.delete(from));
    if (isFrozen) strand(from);
  };

  const server = createServer(near => {
    accepted += 1;
    const far = connect(targetPort, HOST);
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>(resolve => server.listen(0, HOST, resolve));

  const drop = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  return {
    port: (server.address() as { port: number }).port,
    get connections() {
      return sockets.size / 2;
    },
    get accepted() {
      return accepted;
    },
    drop,
    strand() {
      for (const socket of sockets) strand(socket);
    },
    freeze() {
      isFrozen = true;
      for (const socket of sockets) strand(socket);
    },
    thaw() {
      isFrozen = false;
      for (const socket of sockets) {
        stranded.delete(socket);
        socket.resume();
      }
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        drop();
      }),
  };
};
