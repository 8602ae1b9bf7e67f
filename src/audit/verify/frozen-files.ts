import type { Finding } from '../../base/report.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { FROZEN_FOLDERS, NAMES } from '../bundle/format.js'
import { isDayName } from './days.js'
import { bounded, fails, holds } from './findings.js'
import type { VerifiedManifest } from './manifest.js'

/** Files that other entries of the ledger seal, and other checks compare. */
const SEALED_ELSEWHERE = /^evidence\/(factors|[^/]+\/configurations)\//

/**
 * Checks that what people read is what was frozen: renderings and tables by the hashes in the entry of the freeze. Without
 * them whoever has the key could exchange a PDF and sign the list of files anew.
 *
 * @param frozen SHA-256 by name; null where the entry is of before such hashes were kept
 */
export async function* checkFrozenFiles(
  bundle: BundleReader,
  manifest: VerifiedManifest,
  frozen: Readonly<Record<string, string>> | null,
): AsyncGenerator<Finding> {
  if (frozen === null) {
    yield holds('stated', '', {
      en: 'not sealed: the entry of this freeze is of before the ledger kept the hashes of PDF, XLSX, CSV and tables of the evidence. They are signed, but whoever has the key could have exchanged them since; rely on report.json',
      zh: '未封存：该冻结条目早于账本开始记录 PDF、XLSX、CSV 及证据表哈希的时间。这些文件有签名，但密钥持有者事后可以更换；请以 report.json 为准',
    })
    return
  }
  const listed = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]))
  const wrong: Finding[] = []
  for (const [name, sha256] of Object.entries(frozen)) {
    if (name === NAMES.report || SEALED_ELSEWHERE.test(name) || listed.get(name) === sha256) continue
    wrong.push(
      listed.has(name)
        ? fails('frozen_file', name, {
            en: `${name} is not the file that was frozen: it was exchanged or altered since, by somebody who could sign the list of files`,
            zh: `${name} 不是冻结时的文件：冻结之后被能够签署文件清单的人更换或改动`,
          })
        : fails('missing', name, {
            en: `${name} is missing: it was frozen with the report`,
            zh: `缺少 ${name}：它曾与报告一同冻结`,
          }),
    )
  }
  for (const name of new Set([...bundle.files.keys(), ...listed.keys()])) {
    const isFrozen = FROZEN_FOLDERS.some((folder) => name.startsWith(`${folder}/`)) && !isDayName(name)
    if (!isFrozen || SEALED_ELSEWHERE.test(name) || Object.hasOwn(frozen, name)) continue
    wrong.push(
      fails('frozen_file', name, {
        en: `${name} was not frozen with the report: it was put in afterwards`,
        zh: `${name} 未与报告一同冻结：是事后放入的`,
      }),
    )
  }
  yield* bounded('frozen_file', wrong)
  if (wrong.length > 0) return
  const renderings = Object.keys(frozen).filter((name) => /^report\/.*\.(pdf|xlsx)$/.test(name))
  const named = renderings.map((name) => name.slice('report/'.length)).join(', ')
  yield holds('frozen_file', '', {
    en: `the ${Object.keys(frozen).length} files of report/, evidence/ and verify/ are those that were frozen${named === '' ? '' : `, ${named} among them`}; the guide, SHA256SUMS and the CSV files of days are made with the bundle, the days from what the ledger seals`,
    zh: `report/、evidence/、verify/ 中的 ${Object.keys(frozen).length} 个文件与冻结时一致${named === '' ? '' : `（包括 ${named}）`}；核查说明、SHA256SUMS 与逐日 CSV 随证据包生成，其中逐日数据取自账本封存的内容`,
  })
}
