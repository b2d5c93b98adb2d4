/** By what bounces and automatic answers are recognised, and where in them the returned message begins. */

/** Who sends bounces. */
export const bounceSenders: RegExp =
  /^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|mdaemon|bounce|bounces|microsoftexchange[0-9a-f]{0,40}|noreply-mail-delivery|mail-delivery-subsystem|mail\.delivery)@|^<?>?$/i

/** How the subjects of bounces begin, or what they have in them. */
export const bounceSubjects: RegExp =
  /undeliver|returned mail|return(?:ed)? to sender|delivery (?:status|failure|failed|report|error|notification|problem|has failed)|mail (?:delivery|system error|could not)|failure (?:notice|delivery)|failed delivery|message (?:could not|not delivered|undeliver)|non[- ]?deliver|could not (?:be )?deliver|permanent (?:error|fail)|delay(?:ed)? (?:mail|notification)|warning: message .{0,60} delayed|unzustellbar|nicht zugestellt|zustellung|non (?:remis|distribu|délivr)|échec de (?:la )?remise|no se (?:ha podido|puede|pudo) entregar|no entregado|não (?:foi )?(?:entregue|possível entregar)|mancato recapito|niet (?:bezorgd|afgeleverd)|недоставлен|не доставлен|配信|送信できません|退信|无法投递|無法傳遞|반송/i

/** How the subjects of automatic answers begin. */
export const answerSubjects: RegExp =
  /^\s*(?:auto(?:matic|mated|matische|matisch)?[- ]?(?:re(?:ply|sponse)|antwort|antwoord)\b|auto:|out of (?:the )?office|abwesen|urlaub|absence|réponse automatique|absent|respuesta automática|fuera de (?:la )?oficina|resposta automática|ausência|risposta automatica|fuori sede|afwezig|автоответ|自動返信|自动回复|自動回覆|vacation|holiday|on leave)/i

/** A line behind which the returned message, or its header, stands. */
export const returnedBelow: RegExp = new RegExp(
  [
    '^[ >]{0,4}-{2,40} ?(?:below this line is a copy|this is a copy of|original message|returned message|the (?:header|body|headers|text) of the (?:original|message)|unsent message|message header|undelivered message|forwarded message|message headers|start of returned|original headers|copy of|a copy of|return message)',
    '^[ >]{0,4}(?:original message (?:headers?|follows|details)|(?:the )?(?:text|headers?|body) of (?:the|your) (?:original )?(?:message|mail|email)|(?:a )?copy of (?:the|your) (?:original )?message|your (?:original )?message (?:follows|was|is as follows|reads)|-{3,40} ?(?:headers?|message) )',
    '^[ >]{0,4}(?:return-path|received|x-received): ?.{1,2000}',
  ].join('|'),
  'im',
)

/** What only a text about a failed delivery says. */
export const noticeOpenings: RegExp =
  /qmail-send program|mail delivery (?:software|system|subsystem)|created automatically by|(?:could|can|cannot|not|unable to|was not able to|couldn't) (?:be )?deliver|delivery (?:to the following|has failed|failed|attempt)|did(?: not|n't) reach|permanent (?:fatal )?error|transcript of (?:the )?session|undeliverable|not be delivered|failed permanently|rejected by|returned to (?:you|sender)|remote (?:host|server)|unrouteable|nicht zugestellt|n'a pas pu être|konnte nicht|no se pudo entregar|não pôde ser entregue|не (?:может|могло) быть доставлено|配信できません|無法傳遞|无法投递/i
