-- Puts the avatar's trigger in front of the prompt, unless the prompt has it already.
--
-- The trigger is the word or phrase the avatar was trained with: without it the model does not know whom to draw.
-- text.has_phrase compares whole words and ignores upper and lower case in any alphabet: TOK is not in "stock".

return function(prompt, context)
  local avatar = context.avatar
  local trigger
  if avatar.training_type == "style" then
    trigger = avatar.trigger_word or avatar.trigger_phrase
  else
    trigger = avatar.trigger_phrase or avatar.trigger_word
  end
  if not trigger or trigger == "" or text.has_phrase(prompt, trigger) then
    return prompt
  end
  return trigger .. ", " .. prompt
end
