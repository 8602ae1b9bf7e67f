import { type FormulaConfidence, type KpiInfo, PILLARS, type Pillar } from '../../src/base/kpi.js'
import { CATALOGUE } from '../../src/kpi/catalogue.js'

const PILLAR_NAMES: Readonly<Record<Pillar, string>> = {
  green: 'Green · 绿色',
  intelligent: 'Intelligent · 智能',
  high_end: 'High-end · 高端',
}

const CONFIDENCE_WORDS: Readonly<Record<FormulaConfidence, string>> = {
  verified: 'read in a public source',
  secondary_source: 'read in a secondary source (public code, a yearbook, a text that quotes the standard)',
  from_memory: 'from memory, not checked against the text',
  project: 'a decision of this project; no standard says it',
}

const HEAD = `# KPIs

Written by \`npm run tables\` from the table of formulas in \`src/kpi/formulas\`; \`GET /api/v1/kpis\` gives the same. The
rules behind them, with the source of each fact, are the [KPI specification](../kpi-specification.md).

Every figure comes with numerator, denominator, coverage and estimated share. What cannot be known is \`null\` with a reason,
never 0. Rounding is for display alone. No standard's full text was opened for this catalogue: each entry says how well its
formula is known to be that of its source.

| confidence | meaning |
| --- | --- |
${Object.entries(CONFIDENCE_WORDS)
  .map(([word, meaning]) => `| ${word} | ${meaning} |\n`)
  .join('')}`

/** The page of all KPIs, \`docs/reference/kpis.md\`. */
export function kpiPage(): string {
  const parts = PILLARS.map((pillar) => {
    const own = CATALOGUE.filter((kpi) => kpi.pillar === pillar)
    return `## ${PILLAR_NAMES[pillar]}\n\n${own.map(entry).join('\n')}`
  })
  return `${HEAD}\n${parts.join('\n')}`
}

function entry(kpi: KpiInfo): string {
  const rows = [
    ['formula', kpi.formula],
    ['公式', kpi.formula_zh],
    ['unit', kpi.unit === '1' ? '1 (a ratio or a count)' : kpi.unit],
    ['source', `${kpi.source} (${kpi.confidence})`],
    ['example', kpi.example],
    ['made of', kpi.members],
    ['null', kpi.nulls],
    ['windows', kpi.windows.join(' ')],
    ['scopes', kpi.scopes.join(' ')],
  ]
  const lines = rows.map(([name, text]) => `| ${name} | ${(text ?? '').replaceAll('|', '\\|')} |\n`)
  return `### \`${kpi.id}\`\n\n${kpi.name.en} · ${kpi.name.zh}\n\n| | |\n| --- | --- |\n${lines.join('')}`
}
