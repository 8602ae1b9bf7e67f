import { hash, type KeyObject } from 'node:crypto'
import type { Finding, Text } from '../../base/report.js'
import { type BundleReader, bytesOf } from '../bundle/bundle-reader.js'
import { BundleFault } from '../bundle/fault.js'
import { type BundleManifest, byName, manifestShape, NAMES } from '../bundle/format.js'
import { hashed, isFileSigned } from '../bundle/signature.js'
import { canonicalJson } from '../canonical.js'
import { publicKeyFrom } from '../ledger/fingerprint.js'
import { parsedJson } from './evidence.js'
import { bounded, fails, holds } from './findings.js'

export interface VerifiedManifest extends BundleManifest {
  /** Key of whoever signed it, if the ledger says so too. */
  readonly key: KeyObject
}

const NO_LIST: Text = {
  en: `${NAMES.manifest} is missing: without it nothing says which files belong to the bundle`,
  zh: `缺少 ${NAMES.manifest}：没有它就无法确定证据包应包含哪些文件`,
}
const NO_SIGNATURE: Text = {
  en: `${NAMES.manifestSignature} is missing: without it anybody may have written the list of files`,
  zh: `缺少 ${NAMES.manifestSignature}：没有它，文件清单可能出自任何人之手`,
}

/** Checks the list of files and its signature; null when there is none that can be used. */
export async function* checkManifest(bundle: BundleReader): AsyncGenerator<Finding, VerifiedManifest | null> {
  const lacking = [NAMES.manifest, NAMES.manifestSignature].filter((name) => !bundle.files.has(name))
  for (const name of lacking) yield fails('missing', name, name === NAMES.manifest ? NO_LIST : NO_SIGNATURE)
  if (lacking.includes(NAMES.manifest)) return null
  const bytes = await bytesOf(bundle, NAMES.manifest)
  const read = manifestOf(bytes)
  if (typeof read === 'string') {
    yield fails('manifest', NAMES.manifest, {
      en: `${NAMES.manifest} cannot be used: ${read}; it was altered, or is not of a bundle that this program knows`,
      zh: `${NAMES.manifest} 无法使用（${read}）：文件被改动，或不是本程序认识的证据包`,
    })
    return null
  }
  if (lacking.length > 0) return read
  const signature = (await bytesOf(bundle, NAMES.manifestSignature, 4096)).toString('latin1')
  if (isFileSigned(read.key, hash('sha256', bytes, 'buffer'), signature)) {
    yield holds('manifest_signature', NAMES.manifest, {
      en: `the list of files is signed: nobody without the key has changed it`,
      zh: '文件清单的签名有效：没有密钥的人无法改动它',
    })
  } else {
    yield fails('manifest_signature', NAMES.manifestSignature, {
      en: `${NAMES.manifestSignature} is not the signature of ${NAMES.manifest}: one of the two was altered, and the list of files vouches for nothing`,
      zh: `${NAMES.manifestSignature} 不是 ${NAMES.manifest} 的签名：两者之一被改动，文件清单不再可信`,
    })
  }
  return read
}

/** The manifest, or why there is none. */
function manifestOf(bytes: Buffer): VerifiedManifest | string {
  const text = bytes.toString('utf8')
  const json = parsedJson(text)
  if (json === undefined) return 'it is no JSON'
  const { data } = manifestShape.safeParse(json)
  if (data === undefined) return 'it does not have the form of a manifest'
  if (canonicalJson(data) !== text || !Buffer.from(text).equals(bytes)) return 'it is not canonical JSON'
  if (data.files.some((file, i) => i > 0 && byName(data.files[i - 1]!, file) >= 0)) return 'its files are not in order'
  const key = publicKeyFrom(data.public_key)
  return key === null ? 'its public key is no Ed25519 key' : { ...data, key }
}

/** Checks that exactly the files of the manifest are there, each as it was. `onFile` is told of every file that was read. */
export async function* checkFiles(
  bundle: BundleReader,
  manifest: VerifiedManifest,
  onFile: (bytes: number) => void,
): AsyncGenerator<Finding> {
  const named = new Map(manifest.files.map((file) => [file.name, file]))
  const extra = [...bundle.files.keys()]
    .filter((name) => !named.has(name) && name !== NAMES.manifest && name !== NAMES.manifestSignature)
    .map((name) =>
      fails('extra', name, {
        en: `${name} is not in the list of files: somebody has put it in`,
        zh: `${name} 不在文件清单中：是他人放入的`,
      }),
    )
  const missing: Finding[] = []
  const altered: Finding[] = []
  for (const { name, bytes, sha256 } of manifest.files) {
    if (!bundle.files.has(name)) {
      missing.push(
        fails('missing', name, {
          en: `${name} is in the list of files, but not in the bundle: somebody has taken it out`,
          zh: `${name} 在文件清单中，但证据包里没有：已被人取走`,
        }),
      )
      continue
    }
    const found = await digestFound(bundle, name)
    if ('ok' in found) altered.push(found)
    else if (found.bytes !== bytes || found.sha256.toString('hex') !== sha256) {
      altered.push(
        fails('file', name, {
          en: `${name} was altered: it is not the file that was signed${found.bytes === bytes ? '' : ` (${found.bytes} bytes, ${bytes} in the list)`}`,
          zh: `${name} 被改动：与签名时的文件不同${found.bytes === bytes ? '' : `（现 ${found.bytes} 字节，清单为 ${bytes} 字节）`}`,
        }),
      )
    }
    onFile(bytes)
  }
  yield* bounded('extra', extra)
  yield* bounded('missing', missing)
  yield* bounded('file', altered)
  if (extra.length + missing.length + altered.length > 0) return
  yield holds('file', '', {
    en: `all ${named.size} files are there and are, byte for byte, those that were signed; no other file is there`,
    zh: `${named.size} 个文件齐全，逐字节与签名时相同，且没有多余文件`,
  })
}

type Digest = Awaited<ReturnType<typeof hashed>>

async function digestFound(bundle: BundleReader, name: string): Promise<Digest | Finding> {
  try {
    return await hashed(bundle.open(name))
  } catch (error) {
    if (error instanceof BundleFault) return error.finding
    throw error
  }
}
