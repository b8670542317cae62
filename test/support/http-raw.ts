import { connect, type Socket } from 'node:net';

export type RawAnswer = { readonly status: number; readonly head: string; readonly body: string };

/** What a client that is no browser may do: the bytes on the wire, and when they stop. */
export const rawSocket = async (baseUrl: string): Promise<Socket> => {
  const { hostname, port } = new URL(baseUrl);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
};

/** Everything the server sends until it closes; an error of the connection counts as its end. */
export const answerOn = (socket: Socket): Promise<RawAnswer> =>
  new Promise(resolve => {
    const pieces: Buffer[] = [];
    socket.on('data', piece => pieces.push(piece));
    socket.on('error', () => {});
    socket.on('close', () => {
      const text = Buffer.concat(pieces).toString();
      const [head = '', body = ''] = text.split('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body });
    });
  });

/** One request as it stands, on a connection of its own. */
export const sendRaw = async (baseUrl: string, text: string): Promise<RawAnswer> => {
  const socket = await rawSocket(baseUrl);
  const answer = answerOn(socket);
  socket.write(text);
  return answer;
};
