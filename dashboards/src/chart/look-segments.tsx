import { chooseDark, chooseLanguage, isDark, language, words } from '../settings.js'
import { ChineseSign, Icon } from '../ui/icon.js'

/** In which language and on which ground one reads. */
export function LookSegments() {
  const w = words()
  const isChinese = language.value === 'zh'
  return (
    <>
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
    </>
  )
}
