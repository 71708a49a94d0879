"""What the ledger can refuse (SR80x–SR81x), and what can be wrong with it (SR82x)."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "SR801": ("账本自己记着既往奖补和限额数字：申请中不要写 grants、parameters，缺的先记入账本。", "The ledger knows the earlier grants and the figures of limits: leave `grants` and `parameters` out, and record first what it lacks."),
    "SR802": ("没有核定任何金额。", "No amount is approved."),
    "SR803": ("这个键已用于另一内容：换一个键，或照原样重发。", "The key was used with other content: take another key, or repeat the same content."),
    "SR804": ("该奖项本年度已经给予：要改金额请用更正。", "The award stands already for this year: to change it, correct it."),
    "SR805": ("按规则得不到核定的这么多。", "The rules leave less for the award than was approved."),
    "SR806": ("还有未知的事可能使该奖项落空：请补充事实。", "Something that is not known yet could take the award away: give the facts."),
    "SR807": ("资金池或名额余量不足。", "The pool or quota has less left."),
    "SR808": ("同一对象已付给另一申请人。", "The object was paid to another applicant."),
    "SR809": ("核定日（北京时间）时该预算年度已经结束。", "On the decision date (Asia/Shanghai) the budget year had ended."),
    "SR810": ("没有这样一项仍然有效的决定。", "No such decision or award stands."),
    "SR811": ("日期早于所更改的决定。", "The date lies before the decision that is changed."),
    "SR812": ("数字小于已经支用的金额。", "The figure is less than what is drawn already."),
    "SR813": ("申请中没有申领该奖项。", "The application does not claim this award."),
    "SR821": ("数据库中没有这一版本的账本：请先运行 subsidy-rules ledger migrate。", "The database holds no ledger of this version: run subsidy-rules ledger migrate."),
    "SR822": ("连不上数据库，或等候过久：可用同一个键重试。", "The database can't be reached, or the wait was too long: try again under the same key."),
    "SR823": ("记录断链：该条与前一条不衔接，曾被改动。", "The record is broken: this entry does not follow from the one before. It was changed."),
    "SR824": ("余额与逐条重算的结果不符。", "A balance is not what replaying the record gives."),
    "SR825": ("不支持这种数据库：请用 SQLite、PostgreSQL、MySQL 或 MariaDB。", "Not a database that the ledger runs on: SQLite, PostgreSQL, MySQL or MariaDB."),
}  # fmt: skip
