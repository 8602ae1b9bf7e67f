import { type Breach, breach, type Check, type CheckedReport, isNear } from './checked.js'

const STACK = /^((.+?)\/stack\/.+)\/capture$/

/** The row of a stack and pollutant has to agree with itself: hours, capture, mass and what was above the limit. */
export const stacks: Check = {
  id: 'stacks',
  *breaches(checked) {
    for (const { caught } of checked.matching(STACK)) {
      const [stem, plant] = caught as [string, string]
      yield* hours(checked, stem, plant)
      yield* capture(checked, stem)
      yield* mass(checked, stem)
      yield* limits(checked, stem)
    }
  },
}

function* hours(checked: CheckedReport, stem: string, plant: string): Generator<Breach> {
  const of = (name: string) => checked.number(`${stem}/${name}`) ?? 0
  const [valid, invalid, stopped, substituted] = [of('valid'), of('invalid'), of('stopped'), of('substituted')]
  const withoutMass = of('no_flow')
  const all = valid + invalid + stopped
  // A period may have a part of an hour at its end.
  const most = Math.ceil(checked.dueHours(plant))
  if (all > most) {
    yield breach(
      `${stem}/valid`,
      `valid, invalid and stopped hours are ${all}, the period has ${most}`,
      `有效、无效与停运小时共 ${all}，而报告期只有 ${most} 小时`,
    )
  }
  if (substituted > invalid + withoutMass) {
    yield breach(
      `${stem}/substituted`,
      `${substituted} hours are substituted, and ${invalid} are invalid and ${withoutMass} valid without a mass`,
      `替代 ${substituted} 小时，而无效 ${invalid} 小时、有效但无排放量 ${withoutMass} 小时`,
    )
  }
  if (withoutMass > valid) {
    yield breach(
      `${stem}/no_flow`,
      `${withoutMass} valid hours have no mass, and ${valid} are valid`,
      `有效但无排放量 ${withoutMass} 小时，而有效仅 ${valid} 小时`,
    )
  }
  if (of('above') > valid) {
    yield breach(
      `${stem}/above`,
      `${of('above')} hours are above the limit, and ${valid} are valid`,
      `超标 ${of('above')} 小时，而有效仅 ${valid} 小时`,
    )
  }
}

/** Hours with valid data of those in which the source ran, in percent: HJ 75-2017, quarterly capture. */
function* capture(checked: CheckedReport, stem: string): Generator<Breach> {
  const id = `${stem}/capture`
  const of = (name: string) => checked.number(`${stem}/${name}`)
  const [stated, valid, invalid] = [of('capture'), of('valid'), of('invalid')]
  if (stated === null || valid === null || invalid === null || valid + invalid === 0) return
  const percent = (valid / (valid + invalid)) * 100
  const { coverage } = checked.figure(`${stem}/kg`) ?? { coverage: null }
  // From edition 3 on a valid hour may lack its flow, and then it has no mass of its own.
  const weighed = (valid - (of('no_flow') ?? 0)) / (valid + invalid)
  if (isNear(stated, percent) && (coverage === null || isNear(coverage, weighed))) return
  const isShare = isNear(stated, percent / 100)
  yield {
    ...breach(
      id,
      `says ${stated} %, and ${valid} of ${valid + invalid} hours are valid: ${percent} %`,
      `为 ${stated} %，而 ${valid + invalid} 小时中 ${valid} 小时有效：应为 ${percent} %`,
    ),
    isOfEdition: checked.edition === 1 && isShare,
  }
}

/** Compares masses: where no hour is missing, the mass of all hours is the measured one. */
function* mass(checked: CheckedReport, stem: string): Generator<Breach> {
  const of = (name: string) => checked.number(`${stem}/${name}`)
  const [kg, measured, valid] = [of('kg'), of('measured'), of('valid')]
  if (kg === null || measured === null || of('invalid') !== 0 || of('stopped') !== 0) return
  if ((of('no_flow') ?? 0) > 0) return
  if (!isNear(kg, measured, (valid ?? 0) + 400)) {
    yield breach(
      `${stem}/kg`,
      `all hours are valid and come to ${kg} kg, and ${measured} kg were measured`,
      `全部小时有效，排放量 ${kg} kg，而实测为 ${measured} kg`,
    )
  }
}

function* limits(checked: CheckedReport, stem: string): Generator<Breach> {
  const [above, multiple] = [checked.number(`${stem}/above`), checked.number(`${stem}/multiple`)]
  if (above === null || multiple === null || above > 0 === multiple > 0) return
  yield breach(
    `${stem}/multiple`,
    `${above} hours are above the limit, and the highest lies ${multiple} times above it`,
    `超标 ${above} 小时，而最大超标倍数为 ${multiple}`,
  )
}
