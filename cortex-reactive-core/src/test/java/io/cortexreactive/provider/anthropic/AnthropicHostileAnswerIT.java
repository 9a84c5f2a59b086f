package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.HostileAnswerContract;
import io.cortexreactive.provider.HostileDialect;

/** Broken and odd answers, met by the provider of Anthropic's Messages. */
class AnthropicHostileAnswerIT extends HostileAnswerContract {

    @Override
    protected HostileDialect dialect() {
        return new HostileAnthropic();
    }
}
