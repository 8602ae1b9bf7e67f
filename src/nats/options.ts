import { z } from 'zod'

const file = (what: string) => z.string().min(1).optional().describe(what)

/** Settings by which NATS servers are reached: the same wherever a section names servers. */
export const natsShape = {
  servers: z
    .array(z.string().regex(/^(nats|tls):\/\/[^\s/@]+$/, 'a server is nats://HOST:PORT or tls://HOST:PORT'))
    .default([])
    .describe('NATS servers, such as nats://10.0.0.1:4222; any of them is enough to find the others'),
  user: z.string().min(1).optional().describe('user at the NATS servers, where they ask for one'),
  password: z.string().min(1).optional().describe('its password; better in a file'),
  password_file: file('file with the password; read again at each connection'),
  creds_file: file('file of credentials (JWT and key), as NATS tools write it, instead of user and password'),
  ca_file: file(
    'file with the certificates (PEM) that the servers’ are checked against; those of the system when absent',
  ),
  cert_file: file('file with our certificate (PEM), where the servers ask for one'),
  key_file: file('file with its key (PEM)'),
}

export const natsOptions = z.strictObject(natsShape)
export type NatsOptions = z.output<typeof natsOptions>
