import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ConfigVersion } from '../base/plant.js'

/** The same with its text packed until somebody asks for it: a gateway keeps every version that there ever was, and needs few of the texts. */
export function withPackedText({ fromMs, hash, content, plants }: ConfigVersion): ConfigVersion {
  const packed = deflateRawSync(content)
  return {
    fromMs,
    hash,
    plants,
    get content() {
      return inflateRawSync(packed).toString()
    },
  }
}
