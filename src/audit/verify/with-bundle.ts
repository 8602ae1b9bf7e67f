import type { Finding } from '../../base/report.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { BundleFault } from '../bundle/fault.js'
import { openBundle } from '../bundle/open-bundle.js'

/** Opens a bundle, gives the findings of a check on it, and closes it; one that cannot be opened is a finding itself. */
export async function* withBundle(
  path: string,
  check: (bundle: BundleReader) => AsyncIterable<Finding>,
): AsyncGenerator<Finding> {
  let bundle: BundleReader
  try {
    bundle = await openBundle(path)
  } catch (error) {
    if (!(error instanceof BundleFault)) throw error
    yield error.finding
    return
  }
  try {
    yield* check(bundle)
  } finally {
    await bundle.close()
  }
}
