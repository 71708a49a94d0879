// The fields of an encoded clause and their codes, in words: for the browser of policies.

import { state } from "./store.js";

const FIELDS = {
  when: ["条件", "If"], amount: ["金额", "Amount"], rate: ["比例", "Rate"], of: ["基数", "Of"], share_of: ["上级资助额", "Share of"],
  each: ["每个", "For each"], months: ["每月", "For each month"], years: ["每年", "For each year"], bands: ["分档（全额）", "Bands (whole amount)"],
  brackets: ["分段（超额累进）", "Brackets (each part)"], milestones: ["上台阶", "Milestones"], step: ["每增加", "For every full step"],
  uplift: ["上浮", "Uplift"], formula: ["公式", "Formula"], max: ["单项上限", "Limit of one award"], minimum: ["最低支付额", "Least amount"],
  rows: ["各档", "Rows"], from: ["以上", "From"], to: ["至", "To"], over: ["超过", "Over"], below: ["不足", "Below"], upto: ["以下", "Up to"],
  reach: ["达到", "Reaching"], before: ["以往最高", "Highest before"], every: ["每满", "Every full"], above: ["超出部分起点", "Above"],
  pays: ["支付", "Pays"], rule: ["规则", "Rule"], by: ["幅度", "By"], on: ["作用于", "On"],
  limit: ["限额", "Limit"], count: ["个数", "Number"], units: ["月（年）数", "Months or years"], per: ["口径", "Counted over"],
  ration: ["不足时分配", "Where it does not suffice"], rank_by: ["排名依据", "Ranked by"], prior: ["此前已获得的", "Earlier awards"],
  choose: ["取舍", "Choice"], priority: ["先后", "Priority"], except: ["可以并存", "Compatible"], against: ["与其他政策", "Against other policies"],
  levels: ["层级", "Levels"], same: ["相同的", "The same"], once: ["一次性，按", "Once per"], rides_on: ["依附于", "On top of"],
  dated_by: ["日期依据", "Dated by"], matter: ["同类事项", "Matter"], award: ["奖项", "Award"], unquantified: ["不能定额", "No figure"],
  bound: ["性质", "Nature"], cap: ["限额", "Limit"], exclusive: ["就高不重复", "Exclusion"],
};
const VALUES = {
  exact: ["定额", "fixed"], ceiling: ["最高额", "at most"], range: ["区间", "range"],
  top_up: ["补足差额", "the difference is paid"], forfeit: ["不再享受", "bar a new one"], replace: ["以新代旧", "are replaced"], ignore: ["不影响", "don’t matter"],
  pro_rata: ["按比例核减", "pro rata"], in_order: ["先到先得", "first come, first served"], rank: ["按排名", "by rank"],
  carry_over: ["结转", "carried over"], unstated: ["文本未写", "not stated"], unpublished: ["未公布", "not published"],
  highest: ["取最高", "the highest"], priority: ["按先后", "by priority"], option: ["申请人自选", "the applicant picks"], every: ["每一级都付", "every one"],
  applicant: ["申请主体", "applicant"], item: ["单个对象", "item"], year: ["年度", "year"], award: ["奖项", "award"], rule: ["规则", "rule"],
  nation: ["国家", "nation"], province: ["省", "province"], city: ["市", "city"], county: ["县", "county"], district: ["区", "district"], town: ["镇", "town"],
  case_by_case: ["一事一议", "case by case"], amount_not_stated: ["文本未写金额", "the text states no amount"],
  refers_elsewhere: ["按其他政策", "paid under another policy"], in_kind: ["实物支持", "in kind"], institutional: ["制度性条款", "institutional"],
};

const word = (found, code) => found[code]?.[state.lang === "zh" ? 0 : 1] ?? code;
export const fieldWord = (name) => word(FIELDS, name);
export const valueWord = (value) => word(VALUES, value);
