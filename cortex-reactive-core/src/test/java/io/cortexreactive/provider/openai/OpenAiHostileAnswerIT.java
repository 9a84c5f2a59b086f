package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.HostileAnswerContract;
import io.cortexreactive.provider.HostileDialect;

/** Broken and odd answers, met by the provider of chat completions. */
class OpenAiHostileAnswerIT extends HostileAnswerContract {

    @Override
    protected HostileDialect dialect() {
        return new HostileOpenAi();
    }
}
