"""What the service can refuse (SR98x, SR99x), each with its HTTP status."""

from __future__ import annotations

from ..loading.codes import Meaning

CODES: dict[str, Meaning] = {
    "SR981": Meaning("输入有问题，见 problems。", "The input has problems: see `problems`."),
    "SR982": Meaning("请求正文过大。", "The body is too large."),
    "SR983": Meaning("请求正文的类型不对：请注明 Content-Type。", "The body is of another type: say which in Content-Type."),
    "SR984": Meaning("不接受来自其他网站或主机名的请求。", "Requests from another site or under another host name are not taken."),
    "SR985": Meaning("同时的请求过多：请稍后重试。", "Too many requests at once: try again in a moment."),
    "SR986": Meaning("超过时限，已停止测算：请减少事项或政策后重试。", "It took longer than the time limit and was stopped: try fewer items or policies."),
    "SR987": Meaning("需要密钥：Authorization: Bearer 后写密钥。", "A key is needed: Authorization: Bearer, and the key."),
    "SR988": Meaning("这个密钥没有所需的权限。", "The role of this key does not allow it."),
    "SR989": Meaning("这里没有这样的内容。", "There is no such thing here."),
    "SR990": Meaning("该地址不接受这种方法。", "This address does not take this method."),
    "SR991": Meaning("请求正文没有按时送达。", "The body did not arrive in time."),
    "SR992": Meaning("未载入这份政策。", "No such policy is loaded."),
    "SR993": Meaning("服务启动时没有指定账本。", "The service was started without a ledger."),
    "SR994": Meaning("账本拒绝记入，见 problems。", "The ledger refuses it: see `problems`."),
    "SR995": Meaning("任务尚未完成，或已取消、失败。", "The job is not done, or it was cancelled or failed."),
    "SR996": Meaning("政策文件有问题，仍使用原有政策。", "The policy files have problems: the old ones stay in use."),
    "SR997": Meaning("暂不可用：请用同一个键重试。", "Not available now: try again under the same key."),
    "SR998": Meaning("密钥文件有问题。", "The file of keys has problems."),
    "SR999": Meaning("服务内部出错，已记入日志。", "An error inside the service; it is in the log."),
}  # fmt: skip
STATUS = {
    "SR981": 422, "SR982": 413, "SR983": 415, "SR984": 403, "SR985": 503, "SR986": 503, "SR987": 401, "SR988": 403,
    "SR989": 404, "SR990": 405, "SR991": 408, "SR992": 422, "SR993": 404, "SR994": 409, "SR995": 409, "SR996": 409,
    "SR997": 503, "SR999": 500,
}  # fmt: skip
