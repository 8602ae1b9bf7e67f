import type { Finding } from '../../base/report.js'
import type { BundleReader } from '../bundle/bundle-reader.js'
import { BundleFault } from '../bundle/fault.js'
import { dayName, FOLDERS, parquetName } from '../bundle/format.js'
import { MerkleTree } from '../ledger/merkle.js'
import { headOf } from '../ledger/rows.js'
import { bounded, fails, holds } from './findings.js'
import { firstFault } from './first-fault.js'
import { eachLine } from './lines.js'
import type { VerifiedManifest } from './manifest.js'
import type { SealedDayEntry } from './sealed.js'

/**
 * Checks that the days of the evidence are those that the ledger has sealed: the rows by their Merkle root, the Parquet files
 * by their hash, and that no other day is there. `onDay` is told of every day that was read.
 */
export async function* checkDays(
  bundle: BundleReader,
  manifest: VerifiedManifest,
  days: readonly SealedDayEntry[],
  onDay: () => void,
): AsyncGenerator<Finding> {
  const wrong: Finding[] = []
  let rows = 0
  for (const day of days) {
    const finding = await checkRows(bundle, day)
    if (finding !== null) wrong.push(finding)
    rows += day.rows
    onDay()
  }
  const foreign = [...foreignDays(bundle, days)]
  const files = [...parquetFaults(bundle, manifest, days)]
  yield* bounded('day', wrong)
  yield* bounded('day', foreign)
  yield* bounded('sealed_file', files)
  if (wrong.length + foreign.length + files.length > 0) return
  yield holds('day', '', {
    en: `${rows} rows of ${days.length} days are those that the ledger sealed: none was altered, taken out, put in or moved`,
    zh: `${days.length} 份日记录共 ${rows} 行与账本封存的一致：无一被改动、删除、添加或调换顺序`,
  })
}

async function checkRows(bundle: BundleReader, day: SealedDayEntry): Promise<Finding | null> {
  const name = dayName({ kind: day.rows_of, plant: day.plant, day: day.day })
  if (!bundle.files.has(name)) {
    return fails('missing', name, {
      en: `${name} is missing: entry ${day.number} of the ledger has ${day.rows} rows of that day`,
      zh: `缺少 ${name}：账本第 ${day.number} 条封存了当日 ${day.rows} 行记录`,
    })
  }
  const tree = new MerkleTree()
  let head: string | null = null
  try {
    await eachLine(name, bundle.open(name), (line) => {
      if (head === null) head = line.toString('utf8')
      else tree.add(line)
    })
  } catch (error) {
    if (error instanceof BundleFault) return error.finding
    throw error
  }
  if (head === headOf(day.rows_of) && tree.size === day.rows && tree.root() === day.root) return null
  const count = tree.size === day.rows ? '' : `; it has ${tree.size} rows, ${day.rows} were sealed`
  const zhCount = tree.size === day.rows ? '' : `；现有 ${tree.size} 行，封存时为 ${day.rows} 行`
  const where = await firstFault(bundle, name, day)
  return fails('day', name, {
    en: `${name} is not what entry ${day.number} of the ledger sealed: a row was altered, taken out, put in or moved${count}; ${where.en}`,
    zh: `${name} 与账本第 ${day.number} 条封存的不一致：有行被改动、删除、添加或调换顺序${zhCount}；${where.zh}`,
  })
}

const DAY_FOLDERS: readonly string[] = Object.values(FOLDERS).filter((folder) => folder !== FOLDERS.config)

/** True for the name of a file with the rows of a day. */
export function isDayName(name: string): boolean {
  const [top, , folder, day] = name.split('/')
  return top === 'evidence' && day !== undefined && DAY_FOLDERS.includes(folder ?? '')
}

/** Files that look like days or sealed files, and that the freeze does not know. */
function* foreignDays(bundle: BundleReader, days: readonly SealedDayEntry[]): Generator<Finding> {
  const known = new Set(
    days.flatMap(({ rows_of, plant, day, files }) => [
      dayName({ kind: rows_of, plant, day }),
      ...files.map(({ name }) => parquetName(name)),
    ]),
  )
  for (const name of bundle.files.keys()) {
    if ((!isDayName(name) && !name.startsWith('archive/')) || known.has(name)) continue
    yield fails('day', name, {
      en: `${name} belongs to no day that the report rests on: nothing in the ledger vouches for it`,
      zh: `${name} 不属于报告所依据的任何一日：账本中没有任何记录为它作证`,
    })
  }
}

function* parquetFaults(
  bundle: BundleReader,
  manifest: VerifiedManifest,
  days: readonly SealedDayEntry[],
): Generator<Finding> {
  const listed = new Map(manifest.files.map(({ name, sha256 }) => [name, sha256]))
  for (const { number, files } of days) {
    for (const { name, sha256 } of files) {
      const file = parquetName(name)
      if (!bundle.files.has(file)) {
        yield fails('missing', file, {
          en: `${file} is missing: entry ${number} of the ledger names it`,
          zh: `缺少 ${file}：账本第 ${number} 条列有该文件`,
        })
      } else if (listed.get(file) !== sha256) {
        yield fails('sealed_file', file, {
          en: `${file} is not the file that entry ${number} of the ledger sealed`,
          zh: `${file} 不是账本第 ${number} 条封存的文件`,
        })
      }
    }
  }
}
