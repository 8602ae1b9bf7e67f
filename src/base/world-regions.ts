/** Countries by the sub-regions of the United Nations. Source: UN M49 (from memory), the countries in which factors of grids are bundled and their neighbours in trade. */
const REGIONS: Readonly<Record<string, string>> = {
  'Eastern Asia': 'CN HK JP KP KR MN MO TW',
  'South-eastern Asia': 'BN ID KH LA MM MY PH SG TH TL VN',
  'Southern Asia': 'AF BD BT IN IR LK MV NP PK',
  'Central Asia': 'KG KZ TJ TM UZ',
  'Western Asia': 'AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE',
  'Northern Europe': 'DK EE FI GB IE IS LT LV NO SE',
  'Western Europe': 'AT BE CH DE FR LI LU MC NL',
  'Southern Europe': 'AD AL BA ES GR HR IT ME MK MT PT RS SI SM',
  'Eastern Europe': 'BG BY CZ HU MD PL RO RU SK UA',
  'Northern America': 'BM CA GL US',
  'Latin America and the Caribbean': 'AR BO BR BZ CL CO CR CU DO EC GT GY HN HT JM MX NI PA PE PR PY SR SV TT UY VE',
  'Northern Africa': 'DZ EG LY MA SD TN',
  'Sub-Saharan Africa': 'AO BW CD CG CI CM ET GA GH KE MG MU MZ NA NG RW SN TZ UG ZA ZM ZW',
  'Australia and New Zealand': 'AU NZ',
}

/** The sub-region of a country by its code of ISO 3166-1, in the words of the United Nations; null for one that is not listed here. */
export function worldRegion(country: string): string | null {
  return Object.keys(REGIONS).find((region) => REGIONS[region]!.split(' ').includes(country)) ?? null
}
