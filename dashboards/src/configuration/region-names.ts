import type { GridRegionItem } from '../../../src/views/wire/grid-regions.js'

/** Chinese names of regions whose ids are no countries. */
const CHINESE: Readonly<Record<string, string>> = {
  CN: '全国平均',
  'CN-AH': '安徽',
  'CN-BJ': '北京',
  'CN-CQ': '重庆',
  'CN-FJ': '福建',
  'CN-GD': '广东',
  'CN-GRID-C': '华中区域电网',
  'CN-GRID-E': '华东区域电网',
  'CN-GRID-N': '华北区域电网',
  'CN-GRID-NE': '东北区域电网',
  'CN-GRID-NW': '西北区域电网',
  'CN-GRID-S': '南方区域电网',
  'CN-GRID-SW': '西南区域电网',
  'CN-GS': '甘肃',
  'CN-GX': '广西',
  'CN-GZ': '贵州',
  'CN-HA': '河南',
  'CN-HB': '湖北',
  'CN-HE': '河北',
  'CN-HI': '海南',
  'CN-HL': '黑龙江',
  'CN-HN': '湖南',
  'CN-JL': '吉林',
  'CN-JS': '江苏',
  'CN-JX': '江西',
  'CN-LN': '辽宁',
  'CN-NM': '内蒙古',
  'CN-NX': '宁夏',
  'CN-QH': '青海',
  'CN-SC': '四川',
  'CN-SD': '山东',
  'CN-SH': '上海',
  'CN-SN': '陕西',
  'CN-SX': '山西',
  'CN-TJ': '天津',
  'CN-XJ': '新疆',
  'CN-YN': '云南',
  'CN-ZJ': '浙江',
}

/** Cities that are provinces of their own. */
const CITIES: readonly string[] = ['CN-BJ', 'CN-CQ', 'CN-SH', 'CN-TJ']
/** Autonomous regions, with what stands behind their short name. */
const AUTONOMOUS: Readonly<Record<string, string>> = {
  'CN-GX': '壮族自治区',
  'CN-NM': '自治区',
  'CN-NX': '回族自治区',
  'CN-XJ': '维吾尔自治区',
}

/** A region as a form proposes it: its id, its name with the newest year, and other names that it goes by. */
export function regionProposal(region: GridRegionItem, language: 'en' | 'zh'): readonly [string, string, ...string[]] {
  return [region.id, regionText(region, language), ...officialNames(region.id)]
}

/** Full names of a province of China, such as 江苏省 or 广西壮族自治区; the country has two. */
function officialNames(id: string): readonly string[] {
  if (id === 'CN') return ['中国', '全国']
  const short = CHINESE[id]
  if (short === undefined || id.startsWith('CN-GRID-')) return []
  return [`${short}${AUTONOMOUS[id] ?? (CITIES.includes(id) ? '市' : '省')}`, short]
}

/** The name of a region with its newest year. */
export function regionText({ id, name, years }: GridRegionItem, language: 'en' | 'zh'): string {
  const newest = String(years.at(-1) ?? '')
  if (language === 'zh') return `${chineseOf(id) ?? name}，${newest} 年`
  return `${id === 'CN' ? 'China, ' : ''}${name}, ${newest}`
}

function chineseOf(id: string): string | undefined {
  return CHINESE[id] ?? (/^[A-Z]{2}$/.test(id) ? new Intl.DisplayNames('zh', { type: 'region' }).of(id) : undefined)
}
