package io.cortexreactive.chat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.TenantManager;
import reactor.core.publisher.Flux;

record TenancyInterceptor(TenantManager tenants) implements ChatInterceptor {

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return tenants.run(tenant -> next.stream(request));
    }
}
