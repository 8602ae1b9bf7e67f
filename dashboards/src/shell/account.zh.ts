import { type Right, rolesWith } from '../../../src/base/roles.js'
import type { account as english } from './account.en.js'

const roles: typeof english.roles = { operator: '操作员', auditor: '审计员', admin: '管理员' }
const any = new Intl.ListFormat('zh', { type: 'disjunction' })
const who = (right: Right) => any.format(rolesWith(right).map((role) => roles[role]))

export const account: typeof english = {
  title: '登录',
  purpose: '工厂的能源、排放与设备',
  name: '用户名',
  password: '密码',
  reveal: '显示密码',
  conceal: '隐藏密码',
  signIn: '登录',
  signingIn: '正在登录',
  nameMissing: '请输入用户名。',
  passwordMissing: '请输入密码。',
  wrong: '用户名或密码错误，或账号已停用。',
  throttled: (time) => `尝试次数过多，${time}后可再试。`,
  queued: (time) => `此刻登录的人较多，${time}后自动重试。`,
  again: '现在可以再试。',
  failed: (why) => `未能登录：${why}`,
  noAccount: '还没有账号？',
  noAccountHint: '由管理员在网关所在的机器上创建：',
  copy: '复制命令',
  over: '您已退出登录。',
  overTitle: '已退出登录',
  overNote: '数据不再实时更新；已输入的内容仍然保留。',
  overAsOf: (time) => `数据截至 ${time}，不再实时更新；已输入的内容仍然保留。`,
  goOn: '登录后继续',
  goOnNote: '登录已失效。请重新登录后再操作一次，已输入的内容不会丢失。',
  menu: (name, role) => `账号：${name}，${role}`,
  mayDo: '可以',
  mayNot: '不可以',
  signOut: '退出登录',
  notSignedOut: (why) => `仍处于登录状态：${why}`,
  roles,
  rights: {
    view: '查看工厂、指标、报警、设备与报告',
    operate: '确认和搁置报警，说明停机原因，重试隔离的消息或将其标为不再处理',
    audit: '编制和冻结报告，记录更正，查阅审计日志',
    administer: '查看和更改网关本身',
  },
  whoCan: { view: who('view'), operate: who('operate'), audit: who('audit'), administer: who('administer') },
  onlyFor: (who) => `仅限${who}操作。`,
  onlySeenBy: (who) => `仅限${who}查看。`,
  notSeenBy: (who, role) => `仅限${who}查看；您是${role}。`,
  notFor: (who, role) => `仅限${who}操作；您是${role}。`,
}
