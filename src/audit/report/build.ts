import type { Report, ReportBasis, ReportSection, ReportTable, Text } from '../../base/report.js'
import type { RulesEdition } from '../../kpi/rules-edition.js'
import { factorsOf, factorTable } from './blocks/basis.js'
import { BLOCKS, type WholeId } from './blocks/index.js'
import { integrity, restatement } from './blocks/integrity.js'
import { NOTICE, notice } from './blocks/notice.js'
import { comparisonSection } from './comparison.js'
import { type PlantFacts, plantFacts } from './facts.js'
import { ReportFigures } from './figures.js'
import { parkSection } from './green/park.js'
import { groupSection } from './group.js'
import { instructionsOf } from './loan/loan-proof.js'
import { formOf, newestForm } from './profiles/index.js'
import type { ReportForm, ReportFormSection } from './profiles/profile.js'
import { type ReportOrder, reportId } from './request.js'
import { formulasOf } from './rules.js'
import type { ReportSources } from './sources.js'
import { symbols } from './symbols.js'
import { bilingual } from './words.js'

/** Rule by which totals of a report are added up, as it says itself. */
export const TOTALS_RULE: Text = bilingual(
  'Each final day of a figure is rounded to a millionth of its unit (kWh to mWh, kg to mg), half away from zero; days are added as whole numbers, so months add up to their year exactly. Ratios are quotients of such totals, to 16 digits.',
  '每个最终日值先四舍五入（远离零）到其单位的百万分之一（kWh 到 mWh，kg 到 mg），再按整数相加，因此各月之和与全年完全一致。比率为上述合计之商，保留 16 位有效数字。',
)

/** The part of its basis that whoever asks for a report has to give; the rest follows from the sources. */
export interface GivenBasis extends Pick<ReportBasis, 'code' | 'archive'> {
  /** The calculation rules that the report follows. */
  readonly edition: RulesEdition
}

/**
 * The report of some plants and a period: a function of its sources alone, so that a bundle of evidence gives the same,
 * byte for byte of its canonical JSON. Plants that nobody has configured are reported with what they have sent.
 */
export async function buildReport(
  request: ReportOrder,
  sources: ReportSources,
  { edition, code, archive }: GivenBasis,
): Promise<Report> {
  const form = formOf(request.profile, request.form ?? newestForm(request.profile))
  if (form === null) throw new Error(`there is no edition ${request.form} of the form ${request.profile}`)
  const nowMs = Date.parse(archive.now)
  const ids = [...new Set(request.plants)].sort()
  const plants: PlantFacts[] = []
  // One after the other: what one plant is made from is read at once, and a year of it is a lot.
  for (const id of ids) plants.push(await plantFacts(id, request, sources, { nowMs, edition, words: form.words ?? 1 }))
  const figures = new ReportFigures()
  const period = { from: request.from, to: request.to }
  const basis: ReportBasis = {
    code,
    archive,
    ...(edition === 1 ? {} : { rules: edition }),
    factors_sha256: sources.library.hash,
    gwp: [...new Set(plants.map(({ options }) => options.carbon.gwp))].sort().join('+'),
    rule: TOTALS_RULE,
  }
  const sections = form.sections.map((section) => ofPlants(section, plants, figures))
  const own = plants.map(({ plant }) => plant)
  const head = { ...headOf(request, form, own), period, plants: own, basis }
  if (form.isBare) {
    const record = figuresIn(sections, figures.record())
    const formulas = formulasOf(record, edition)
    return { ...head, sections, figures: record, formulas, factors: [], unchecked: form.unchecked }
  }
  const park = form.isPark === true ? [parkSection] : []
  const group = plants.length > 1 ? [groupSection, ...park].map((of) => of(plants, figures)) : []
  const factors = factorsOf(plants, figures)
  // Both look at all figures, and a comparison adds its own.
  const noticed = noticeSection(plants, figures, factors)
  const before = request.periodBefore
  const compared = { plants: own, sections: [...group, ...sections], figures, edition }
  const comparison = before === undefined ? [] : [comparisonSection(before, compared)]
  const record = figures.record()
  const formulas = formulasOf(record, edition)
  const whole: Readonly<Record<WholeId, () => readonly ReportTable[]>> = {
    factors: () => [factorTable(factors, period, { edition, words: form.words ?? 1 })],
    integrity: () => [integrity(basis, own, form.words ?? 1)],
    restatement: () => restatement(request.previous),
    symbols: () => [symbols(formulas)],
  }
  return {
    ...head,
    sections: [
      noticed,
      ...group,
      ...sections.flatMap((section, i) => [
        ...(section.id === BEHIND_RESULTS ? comparison : []),
        ...withWholes(section, form.sections[i]?.wholes ?? [], whole),
      ]),
    ],
    figures: record,
    formulas,
    factors,
    unchecked: form.unchecked,
    ...(form.hasInstructions === true && { instructions: instructionsOf(plants, `${head.id}.v${head.version}.zip`) }),
    ...(before === undefined ? {} : { period_before: before }),
  }
}

/** The beginning says which report it is, and what it is called. */
function headOf(
  request: ReportOrder,
  { edition, title }: ReportForm,
  plants: Report['plants'],
): Pick<Report, 'format' | 'id' | 'version' | 'profile' | 'form' | 'title' | 'previous'> {
  const names = (language: 'en' | 'zh') => plants.map(({ name }) => name[language])
  return {
    format: 'greengauge-report-1',
    id: reportId({ ...request, plants: plants.map(({ id }) => id) }),
    version: request.version,
    profile: request.profile,
    ...(edition === undefined ? {} : { form: edition }),
    title: bilingual(`${title.en}: ${names('en').join(', ')}`, `${title.zh}：${names('zh').join('、')}`),
    previous: request.previous,
  }
}

/** The figures that tables show; those that they are made of stand in the report that a bare one is a summary of. */
function figuresIn(sections: readonly ReportSection[], all: Report['figures']): Report['figures'] {
  const shown = new Set(
    sections.flatMap(({ tables }) =>
      tables.flatMap(({ rows }) =>
        rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell !== null && 'figure' in cell ? cell.figure : []))),
      ),
    ),
  )
  return Object.fromEntries(Object.entries(all).filter(([id]) => shown.has(id)))
}

/** Sections that are none without a table: savings that nobody claims, budgets that nobody has. */
const ONLY_WITH_TABLES: ReadonlySet<string> = new Set(['savings', 'budgets'])

/** Tables about the report as a whole stand behind those of plants. */
function withWholes(
  section: ReportSection,
  ids: readonly WholeId[],
  whole: Readonly<Record<WholeId, () => readonly ReportTable[]>>,
): readonly ReportSection[] {
  if (ONLY_WITH_TABLES.has(section.id) && section.tables.length === 0) return []
  return [{ ...section, tables: [...section.tables, ...ids.flatMap((id) => whole[id]())] }]
}

/** The first section of the background in every profile: what readers take away stands before it. */
const BEHIND_RESULTS = 'activity'

/** Before everything else, and made last: it looks at all figures. */
function noticeSection(
  plants: readonly PlantFacts[],
  figures: ReportFigures,
  factors: ReturnType<typeof factorsOf>,
): ReportSection {
  const tables = plants.map((facts, i) => {
    const made = notice(facts, figures, factors)
    return plants.length > 1 ? namedAfter(facts, i, made) : made
  })
  return { id: 'notice', title: NOTICE, tables }
}

function ofPlants(
  { id, title, note, blocks = [] }: ReportFormSection,
  plants: readonly PlantFacts[],
  figures: ReportFigures,
): ReportSection {
  const isGroup = plants.length > 1
  const tables = plants.flatMap((facts, i) =>
    blocks.flatMap((block) => {
      const made = BLOCKS[block](facts, figures)
      return isGroup ? made.map((table) => namedAfter(facts, i, table)) : made
    }),
  )
  return { id, title, ...(note === undefined ? {} : { note }), tables }
}

/** Tables of several plants are told apart by the plant; ids may differ in a sign that names of files do not have. */
function namedAfter({ plant }: PlantFacts, index: number, table: ReportTable): ReportTable {
  const { en, zh } = table.title
  return {
    ...table,
    id: `${table.id}-${index + 1}-${plant.id.replaceAll('_', '-')}`,
    title: bilingual(`${plant.name.en}: ${en}`, `${plant.name.zh}：${zh}`),
  }
}
