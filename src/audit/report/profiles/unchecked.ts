import type { Text } from '../../../base/report.js'
import { bilingual } from '../words.js'

/** Rules and values that no profile has compared with an original text. Source: KPI specification §9. */
export const UNCHECKED: readonly Text[] = [
  bilingual(
    'HJ 75: an hour is valid from 45 minutes, a day from 20 hours; substitution by capture: secondary sources or memory.',
    'HJ 75：45 分钟有效小时、20 小时有效日及按捕集率替代：二手来源或凭记忆。',
  ),
  bilingual(
    'HJ 212-2025: new codes and the unit of a00000 were not read.',
    'HJ 212-2025：新编码及 a00000 单位未核对。',
  ),
  bilingual(
    'Grid factors of 2023 of four regional grids and 22 provinces were not found.',
    '2023 年四个区域电网和 22 个省的电网因子未找到。',
  ),
  bilingual(
    'Annex B heating values and M coefficients of GB/T 2589-2020: from memory.',
    'GB/T 2589-2020 附录 B 的热值及部分系数：凭记忆。',
  ),
  bilingual('IPCC 2006 Guidelines, volume 1, chapter 3: from memory.', 'IPCC 2006 指南第 1 卷第 3 章：凭记忆。'),
  bilingual(
    'Decisions of this project: residual mix of China, use of PV on site, ratio of means, 24 h of lateness, 75 % of coverage.',
    '本项目约定：中国剩余组合、光伏自用、均值之比、24 小时迟到、75 % 覆盖率。',
  ),
]
