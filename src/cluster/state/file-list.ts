import { normalize, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, brotliDecompress, constants } from 'node:zlib'
import { z } from 'zod'
import { type BlockStore, getBlock, StateFault } from './blocks.js'

/**
 * The list of a partition's files, as JSON, compressed, and itself cut into blocks. The KV entry names only those, so that it
 * is small however many files there are.
 */

const FORMAT = 1
/** Blocks of what is written once and never again. Together with a header they fit the smallest limit that NATS servers have, 1 MiB. */
export const BLOCK_BYTES = 512 * 1024
/** Blocks of what is appended to: with every checkpoint the last one is sent anew. */
const GROWING_BLOCK_BYTES = 64 * 1024

/** Unpacked; a hundred thousand files have some ten. */
const LIST_BYTES_MAX = 512 * 2 ** 20

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** A path below the data directory, with `/`, that leads nowhere else. */
const path = z.string().refine((name) => {
  const isPlain = normalize(name).split(sep).join('/') === name && !name.includes('\\') && !name.endsWith('/')
  return isPlain && name !== '.' && !name.startsWith('/') && !name.startsWith('../') && name !== '..'
}, 'is no path below a data directory')

const fileList = z.object({
  format: z.literal(FORMAT),
  files: z.array(
    z.object({
      path,
      bytes: z.number().int().min(0),
      mode: z.number().int().min(0).max(0o777),
      /** Bytes of every block but the last. */
      block_bytes: z.number().int().min(1),
      blocks: z.array(sha256),
    }),
  ),
})

export type StateFile = z.output<typeof fileList>['files'][number]

export function blockBytesOf(name: string): number {
  return name.startsWith('archive/') || name.startsWith('reports/') ? BLOCK_BYTES : GROWING_BLOCK_BYTES
}

/** The list as the contents of blocks. */
export async function encodeFileList(files: readonly StateFile[]): Promise<Uint8Array[]> {
  // Hashes in hex come down to half of it at any quality.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 4 }
  const bytes = await promisify(brotliCompress)(JSON.stringify({ format: FORMAT, files }), { params })
  const blocks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) blocks.push(bytes.subarray(at, at + BLOCK_BYTES))
  return blocks
}

/** Throws a `StateFault` when it is not as it was written. */
export async function decodeFileList(store: BlockStore, hashes: readonly string[]): Promise<StateFile[]> {
  if (hashes.length === 0) return []
  const blocks: Uint8Array[] = []
  for (const hash of hashes) blocks.push(await getBlock(store, hash, 'the list of files'))
  const found = fileList.safeParse(
    JSON.parse(
      (await promisify(brotliDecompress)(Buffer.concat(blocks), { maxOutputLength: LIST_BYTES_MAX })).toString(),
    ),
  )
  if (!found.success) {
    throw new StateFault('the list of files is none that this version reads: run the version that has written it')
  }
  return found.data.files
}
