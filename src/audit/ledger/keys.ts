import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { nodeDisk } from '../../journal/disk.js'
import { KEY_FILE } from './entry.js'

/** The key that a ledger is signed with. It never leaves the data directory; who has it can write the whole ledger anew. */
export interface SigningKey {
  readonly key: KeyObject
  /** Base64 of the signature over some bytes. */
  sign(bytes: Uint8Array): string
}

/** Reads the key of a ledger's folder; null when there is none. Throws when the file holds no Ed25519 key. */
export function readKey(dir: string): SigningKey | null {
  const path = join(dir, KEY_FILE)
  if (!existsSync(path)) return null
  const pem = readFileSync(path, 'utf8')
  const fault = `${path} holds no Ed25519 key as this program writes it; put it back from a backup`
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch (cause) {
    throw new Error(fault, { cause })
  }
  if (key.asymmetricKeyType !== 'ed25519' || pemOf(key) !== pem) throw new Error(fault)
  return signing(key)
}

/** Makes a key and puts it into a ledger's folder, durably, for the eyes of its owner alone. */
export function makeKey(dir: string): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  const path = join(dir, KEY_FILE)
  const fd = openSync(`${path}.unfinished`, 'w', 0o600)
  try {
    writeSync(fd, pemOf(privateKey))
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(`${path}.unfinished`, path)
  nodeDisk.syncDirectory(dir)
  return signing(privateKey)
}

function signing(key: KeyObject): SigningKey {
  return { key, sign: (bytes) => sign(null, bytes, key).toString('base64') }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string
}
