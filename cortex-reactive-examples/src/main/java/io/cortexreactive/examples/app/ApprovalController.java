package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Takes what people say to tool calls that need their approval. */
@RestController
final class ApprovalController {

    private final Approvals approvals;

    ApprovalController(Approvals approvals) {
        this.approvals = approvals;
    }

    /** Decides, once, on a call of the tenant's; its run goes on. */
    @PostMapping(path = "/api/approvals/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> decide(@PathVariable String id, @RequestBody Decision decision) {
        if (decision.approved() == null) {
            throw invalid("no_decision", "Say whether it may run. Send {\"approved\":true} or {\"approved\":false}.");
        }
        boolean approved = decision.approved();
        return Mono.deferContextual(context -> {
            String tenant = Tenancy.tenant(context)
                    .map(TenantContext::id)
                    .orElseThrow(() -> invalid(
                            "tenant_missing", "Say for whom this is, in the header " + CallerFilter.TENANT + "."));
            approvals.answer(tenant, id, approved);
            return Mono.empty();
        });
    }

    /** @param approved whether the call may run */
    record Decision(@Nullable Boolean approved) {}
}
