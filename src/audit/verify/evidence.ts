import { type BundleReader, bytesOf } from '../bundle/bundle-reader.js'
import { BundleFault } from '../bundle/fault.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A whole small file of text. Throws a `BundleFault` when it is none. */
export async function textOfFile(bundle: BundleReader, name: string): Promise<string> {
  const bytes = await bytesOf(bundle, name)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new BundleFault('file', name, { en: 'it is no text in UTF-8', zh: '它不是 UTF-8 文本' })
  }
}

/** JSON of somebody else; undefined when it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
