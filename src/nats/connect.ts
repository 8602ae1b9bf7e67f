import { readFileSync } from 'node:fs'
import { type ConnectionOptions, connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node'
import { readSecret } from '../access/secret.js'
import type { NatsOptions } from './options.js'

/** So long a lost server is waited for before the next attempt. */
const RECONNECT_MS = 500
/** A server that does not answer two pings is taken to be gone after this and the same once more. */
const PING_MS = 1000
/** A server that takes a connection and says nothing, as a stopped process does, is given up after this for the next. */
const DIAL_MS = 3000

/**
 * A connection to one of the servers that finds another by itself for as long as it takes. `section` names the settings it
 * comes from, for a sentence about them. Rejects when the first attempt reaches none of them, or a file cannot be read.
 * `pingMs` is longer on a line where a ping has to wait behind what is being sent.
 */
export async function connectNats(
  options: NatsOptions,
  section: string,
  name: string,
  pingMs = PING_MS,
): Promise<NatsConnection> {
  const { user, password, password_file, creds_file } = options
  const signIn: ConnectionOptions = {
    ...(user === undefined
      ? {}
      : {
          user,
          pass: readSecret({ value: password, file: password_file, fileSetting: `${section}.password_file` }),
        }),
    ...(creds_file === undefined ? {} : { authenticator: credsAuthenticator(readFileSync(creds_file)) }),
  }
  return connect({
    servers: [...options.servers],
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_MS,
    timeout: Math.max(DIAL_MS, pingMs),
    pingInterval: pingMs,
    maxPingOut: 2,
    ignoreClusterUpdates: false,
    ...signIn,
    ...tlsOf(options),
  })
}

function tlsOf({ servers, ca_file: caFile, cert_file: certFile, key_file: keyFile }: NatsOptions): ConnectionOptions {
  const isTls = servers.some((server) => server.startsWith('tls:')) || caFile !== undefined || certFile !== undefined
  if (!isTls) return {}
  return {
    tls: {
      ...(caFile === undefined ? {} : { caFile }),
      ...(certFile === undefined ? {} : { certFile }),
      ...(keyFile === undefined ? {} : { keyFile }),
    },
  }
}
