import { language } from '../../settings.js'
import { sections as en } from './words.en.js'
import { sections as zh } from './words.zh.js'

/** The words of the forms that the schema describes. */
export const sectionWords = () => (language.value === 'zh' ? zh : en)
