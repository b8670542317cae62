import type { VirusScanner } from '../../ports/virus-scanner.ts';

/** In two parts, so that no scanner takes this file for the test file. Source: eicar.org, "anti-malware test file". */
const EICAR = Buffer.from(
  ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
  'latin1',
);

/**
 * NOT an antivirus: it knows one harmless string, the test file of EICAR, wherever it stands in a file, so that the way
 * of an infected file can be tried out. In production put a real one behind the same port: clamd (its INSTREAM command
 * takes the bytes as they come) or an ICAP service (RFC 3507, RESPMOD).
 */
export const createEicarScanner = (): VirusScanner => ({
  async scan(bytes) {
    let tail = Buffer.alloc(0);
    for await (const piece of bytes) {
      const seen = Buffer.concat([tail, piece]);
      if (seen.includes(EICAR)) return 'infected';
      tail = seen.subarray(-(EICAR.length - 1));
    }
    return 'clean';
  },
});
