import type { AllowanceMove } from '../../../base/allowances.js'
import type { CoveredEmissions } from '../../../base/options/ets.js'
import type { Text } from '../../../base/report.js'
import { bilingual } from '../words.js'

export const COVERED_WORDS: Readonly<Record<CoveredEmissions, Text>> = {
  direct: bilingual('direct emissions (scope 1)', '直接排放（范围一）'),
  direct_and_purchased: bilingual(
    'direct emissions, and purchased electricity and heat (scope 2, location-based)',
    '直接排放及外购电力、热力（范围二，基于位置）',
  ),
}

export const MOVE_WORDS: Readonly<Record<AllowanceMove, Text>> = {
  allocated: bilingual('allocated', '分配'),
  bought: bilingual('bought', '购入'),
  carried_over: bilingual('carried over', '结转'),
  sold: bilingual('sold', '售出'),
  surrendered: bilingual('surrendered', '清缴'),
}
