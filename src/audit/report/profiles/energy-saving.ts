import type { BlockId } from '../blocks/index.js'
import { bilingual } from '../words.js'
import type { ReportForm } from './profile.js'
import { BACKGROUND } from './sections.js'
import { UNCHECKED } from './unchecked.js'

/** The form of before: a shorter summary, and a section of claims also where there is none. */
export const ENERGY_SAVING_FIRST = saving(['loan-summary-first', 'loan-proof-first'], 'claims')

/** Savings of energy as a bank reads them: claim, bounds, price, method, data, proof, and how to verify it. */
export const ENERGY_SAVING: ReportForm = { ...saving(['loan-summary', 'loan-proof'], 'savings'), edition: 2, words: 2 }

/** @param claims id of the section with the claims in full; one of the name `savings` is left out without claims */
function saving(summary: readonly BlockId[], claims: 'claims' | 'savings'): ReportForm {
  return {
    id: 'energy-saving',
    hasInstructions: true,
    title: bilingual('Saving of energy, for a bank', '节能量报告（供金融机构查阅）'),
    sections: [
      { id: 'summary', title: bilingual('The saving in short', '节能量摘要'), blocks: summary },
      { id: 'identity', title: bilingual('Enterprise', '企业基本情况'), blocks: ['identity'] },
      { id: claims, title: bilingual('Claims in full', '节能项目明细'), blocks: ['savings'] },
      { id: 'results', title: bilingual('Energy', '能源消费'), blocks: ['energy'] },
      ...BACKGROUND.filter(({ id }) => id !== 'savings'),
    ],
    unchecked: [
      bilingual(
        'ASHRAE Guideline 14, IPMVP and ISO 50006: from memory. What a bank asks of such a file was not read in any rule.',
        'ASHRAE Guideline 14、IPMVP、ISO 50006：凭记忆；金融机构对此类文件的要求未查阅任何规定。',
      ),
      ...UNCHECKED,
    ],
  }
}
