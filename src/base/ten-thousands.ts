/** Ten thousand of a currency at the end of a unit, as figures write it: `tce/1e4CNY`. */
const TEN_THOUSAND = /\/1e4([A-Z]{3})$/

/** A unit for people: Chinese counts money in ten thousands, with a word of its own for those of its own currency. */
export function withTenThousands(unit: string, language: 'en' | 'zh'): string {
  if (language === 'en') return unit.replace(TEN_THOUSAND, '/10,000 $1')
  return unit.replace('/1e4CNY', '/万元').replace(TEN_THOUSAND, '/万 $1')
}
