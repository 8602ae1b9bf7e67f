import { hrefOf } from '../route.js'
import { chooseDark, chooseLanguage, isDark, language, words } from '../settings.js'
import { nowMs, plantList, route } from '../state.js'
import { offsetText } from '../time.js'
import { ChineseSign, Icon, Mark } from './icon.js'
import { LinkState, plantName } from './side-bar.js'

/** Where one is, in whose time, and the two choices a reader has. */
export function TopBar() {
  return (
    <header class="top">
      <Path />
      <span class="top-tools">
        <span class="phone-only">
          <LinkState isShort />
        </span>
        <Choices />
      </span>
    </header>
  )
}

function Path() {
  const w = words()
  const at = route.value
  if (at.view === 'overview') {
    return (
      <h1 class="path">
        <span class="phone-only">
          <Mark />
        </span>
        {w.nav.overview}
      </h1>
    )
  }
  const plant = plantList.value.find((p) => p.id === at.plant)
  return (
    <h1 class="path">
      <a href={hrefOf({ view: 'overview' })} aria-label={w.nav.overview}>
        <span class="phone-only">
          <Icon name="arrowLeft" size={20} />
        </span>
        <span class="path-up">
          {w.nav.overview}
          <Icon name="chevron" />
        </span>
      </a>
      <span class="path-here">{plant === undefined ? at.plant : plantName(plant)}</span>
      {plant !== undefined && (
        <span class="path-zone">
          {[...new Set([plant.timezone, offsetText(nowMs.value, plant.timezone)])].join(' · ')}
        </span>
      )}
    </h1>
  )
}

function Choices() {
  const w = words()
  const isChinese = language.value === 'zh'
  return (
    <span class="segments is-bar">
      <button
        type="button"
        class="segment"
        lang={isChinese ? 'en' : 'zh-CN'}
        aria-label={w.settings.switchLanguage}
        title={w.settings.switchLanguage}
        onClick={() => chooseLanguage(isChinese ? 'en' : 'zh')}
      >
        {isChinese ? 'EN' : <ChineseSign />}
      </button>
      <button
        type="button"
        class="segment"
        aria-label={isDark.value ? w.settings.toLight : w.settings.toDark}
        title={isDark.value ? w.settings.toLight : w.settings.toDark}
        onClick={() => chooseDark(!isDark.value)}
      >
        <Icon name={isDark.value ? 'sun' : 'moon'} />
      </button>
    </span>
  )
}
