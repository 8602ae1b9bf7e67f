import { hash } from 'node:crypto'
import { type ConfigVersion, configVersion } from '../../base/plant.js'
import type { Finding, Text } from '../../base/report.js'
import { COAL_FILE, EMISSION_FILE, type FactorLibrary, libraryOf } from '../../kpi/factors/table.js'
import { type BundleReader, bytesOf } from '../bundle/bundle-reader.js'
import { configurationName } from '../bundle/format.js'
import { canonicalJson } from '../canonical.js'
import { parsedJson, textOfFile } from './evidence.js'
import { fails, holds } from './findings.js'
import type { Sealed } from './sealed.js'

/**
 * Checks that what each configuration said of the plants is there, as the ledger has it. Gives the configurations with
 * these plants alone: of other plants a bundle says nothing.
 */
export async function* checkConfigurations(
  bundle: BundleReader,
  stated: readonly { readonly id: string; readonly start: string }[],
  { configurations }: Sealed,
): AsyncGenerator<Finding, readonly ConfigVersion[]> {
  const versions: ConfigVersion[] = []
  const plants = stated.map(({ id }) => id)
  const inForce: string[] = []
  const known = new Set<string>()
  let isWhole = true
  for (const { number, from, sha256, plants: hashes } of configurations) {
    const said: unknown[] = []
    for (const plant of plants) {
      const wanted = Object.hasOwn(hashes, plant) ? hashes[plant] : undefined
      if (wanted === undefined) continue
      if (!inForce.includes(from)) inForce.push(from)
      const name = configurationName(plant, number)
      known.add(name)
      const bytes = bundle.files.has(name) ? await bytesOf(bundle, name) : null
      const finding = configurationFault(name, number, bytes, wanted)
      if (finding !== null) {
        isWhole = false
        yield finding
      }
      const json = bytes === null ? undefined : parsedJson(bytes.toString('utf8'))
      if (json !== undefined) said.push(json)
    }
    const content = canonicalJson({ plants: said }) ?? ''
    versions.push(configVersion({ arrivedAt: Date.parse(from), hash: sha256, content }, versions.at(-1)))
  }
  for (const name of bundle.files.keys()) {
    if (!/^evidence\/[^/]+\/configurations\//.test(name) || known.has(name)) continue
    isWhole = false
    yield fails('configuration', name, {
      en: `${name} belongs to no entry of the ledger: nothing says that it was ever in force`,
      zh: `${name} 不属于账本的任何条目：该配置从未生效`,
    })
  }
  if (isWhole) {
    const start = stated.map((plant) => plant.start).sort()[0] ?? ''
    yield holds('configuration', '', configurationsText(known.size, inForce, start))
  }
  return versions
}

/** @param inForce since when each holds, RFC 3339, in order; the first by rule also for all time before */
function configurationsText(count: number, inForce: readonly string[], start: string): Text {
  const [first = ''] = inForce
  const since = inForce.map((from) => from.slice(0, 19).concat('Z'))
  const shown = since.length > 3 ? [...since.slice(0, 2), '…', since.at(-1)] : since
  const isLater = Date.parse(first) > Date.parse(start)
  return {
    en: `${count === 1 ? 'the configuration of the plant is the one' : `the ${count} configurations of the plants are those`} that the ledger has, in force from ${shown.join(', ')}${isLater ? `; the first is later than the beginning of the period (${start}): by rule it also holds for the time before it` : ''}`,
    zh: `${count} 份工厂配置与账本记录一致，生效时间：${shown.join('、')}${isLater ? `；首份配置晚于报告期开始（${start}）：按规则它同样适用于此前的时间` : ''}`,
  }
}

function configurationFault(name: string, number: number, bytes: Buffer | null, wanted: string): Finding | null {
  if (bytes === null) {
    return fails('missing', name, {
      en: `${name} is missing: entry ${number} of the ledger says that it was in force`,
      zh: `缺少 ${name}：账本第 ${number} 条表明该配置曾生效`,
    })
  }
  if (hash('sha256', bytes, 'hex') === wanted) return null
  return fails('configuration', name, {
    en: `${name} is not the configuration that entry ${number} of the ledger names: a meter, a factor or a limit may have been changed in it`,
    zh: `${name} 不是账本第 ${number} 条记录的配置：其中的仪表、因子或限值可能被改动`,
  })
}

/** Checks the factor tables; null when they cannot be used. `stated` is the hash that the report was made with. */
export async function* checkFactors(
  bundle: BundleReader,
  stated: string,
  { factors }: Sealed,
): AsyncGenerator<Finding, FactorLibrary | null> {
  let isWhole = true
  for (const file of [EMISSION_FILE, COAL_FILE]) {
    const name = `evidence/factors/${file}`
    if (!bundle.files.has(name)) {
      yield fails('missing', name, { en: `${name} is missing`, zh: `缺少 ${name}` })
      return null
    }
    if (hash('sha256', await bytesOf(bundle, name), 'hex') !== factors?.[file]) {
      isWhole = false
      yield fails('factors', name, {
        en: `${name} is not the table that the ledger names: a factor was altered, taken out or put in`,
        zh: `${name} 不是账本记录的因子表：有因子被改动、删除或添加`,
      })
    }
  }
  for (const name of bundle.files.keys()) {
    const [, table] = /^evidence\/factors\/(.+)$/.exec(name) ?? []
    if (table === undefined || factors?.[table] !== undefined) continue
    isWhole = false
    yield fails('factors', name, {
      en: `${name} is no table that the ledger names`,
      zh: `${name} 不是账本记录的因子表`,
    })
  }
  const [emissions, coal] = await Promise.all(
    [EMISSION_FILE, COAL_FILE].map((f) => textOfFile(bundle, `evidence/factors/${f}`)),
  )
  let library: FactorLibrary
  try {
    library = libraryOf(emissions!, coal!)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    yield fails('factors', 'evidence/factors', {
      en: `the factor tables cannot be read: ${why}`,
      zh: `因子表无法读取：${why}`,
    })
    return null
  }
  if (library.hash !== stated) {
    yield fails('factors', 'basis/factors_sha256', {
      en: 'the report names other factor tables than the ones that lie in the bundle',
      zh: '报告所用的因子表与证据包中的不同',
    })
  } else if (isWhole) {
    yield holds('factors', '', {
      en: `the factor tables are those that the ledger and the report name (${library.factors.length} factors)`,
      zh: `因子表与账本及报告所记一致（${library.factors.length} 个因子）`,
    })
  }
  return library
}
