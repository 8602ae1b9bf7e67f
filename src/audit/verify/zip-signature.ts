import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Finding } from '../../base/report.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { SIGNATURE_SUFFIX } from '../bundle/format.js'
import { hashed, isFileSigned } from '../bundle/signature.js'
import { fails, holds } from './findings.js'
import type { VerifiedManifest } from './manifest.js'

const SIGNATURE_BYTES_MAX = 4096

/** Checks the signature that lies beside a zip. A folder has none: its files are vouched for one by one. */
export async function* checkZipSignature(bundle: BundleReader, { key }: VerifiedManifest): AsyncGenerator<Finding> {
  if (bundle.kind === 'folder') return
  const path = `${bundle.path}${SIGNATURE_SUFFIX}`
  const [zip, name] = [basename(bundle.path), basename(path)]
  const is = await stat(path).catch(() => null)
  if (is?.isFile() !== true) {
    yield fails('zip_signature', name, {
      en: `${name} is not beside ${zip}: ask for it, or unpack the zip and check the folder, whose files are signed one by one`,
      zh: `${zip} 旁没有 ${name}：请索取该文件，或解包后检查文件夹（其中每个文件均有签名保证）`,
    })
    return
  }
  const text = is.size <= SIGNATURE_BYTES_MAX ? await readFile(path, 'latin1') : ''
  const { sha256 } = await hashed(createReadStream(bundle.path, { highWaterMark: 2 ** 20 }))
  if (isFileSigned(key, sha256, text)) {
    yield holds('zip_signature', zip, {
      en: `${zip} is, byte for byte, the file that was signed`,
      zh: `${zip} 逐字节与签名时相同`,
    })
  } else {
    yield fails('zip_signature', zip, {
      en: `${zip} is not the file that ${name} was made for: one of the two was altered`,
      zh: `${zip} 与 ${name} 不符：两者之一被改动`,
    })
  }
}
