package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.resilience.Cutoff;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.DefaultToolExecutor.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** One call, from its arguments to its result. Made for one subscription, and used by one thread after another. */
final class ToolInvocation {

    private static final Logger LOG = LoggerFactory.getLogger(ToolInvocation.class);

    /** Reactor's own key of a hook for one Context. */
    private static final String ON_ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final Settings settings;
    private final ToolRegistry tools;
    private Asked asked;
    private final @Nullable ToolApproval approval;
    private final @Nullable Tool tool;
    private final Scheduler scheduler;
    private final ToolTelling telling;
    private final PluginManager plugins;

    private boolean checked;
    private boolean settled;
    private @Nullable ToolResult misfit;
    private @Nullable ToolResult refusal;
    private boolean ended;
    private @Nullable Throwable unnoted;
    private @Nullable Thread startedOn;
    private @Nullable ToolResult result;

    ToolInvocation(Settings settings, ToolRegistry tools, Asked asked, @Nullable ToolApproval approval) {
        this.settings = settings;
        this.tools = tools;
        this.asked = asked;
        this.approval = approval;
        tool = tools.find(asked.call.name()).orElse(null);
        scheduler = settings.threads().of(tool != null && tool.blocking());
        telling = new ToolTelling(settings.events(), asked.context);
        plugins = settings.plugins();
    }

    /** @param index the call's position among those asked for with it */
    record Asked(ToolCall call, int index, ToolContext context) {

        Asked withInput(Map<String, Object> input) {
            return new Asked(new ToolCall(call.id(), call.name(), input, null), index, context);
        }
    }

    ToolCall call() {
        return asked.call;
    }

    boolean hasNobodyToAsk() {
        return needsApproval() && approval == null;
    }

    private boolean needsApproval() {
        return tool != null && tool.requiresApproval();
    }

    /** Itself, once it is decided whether it may run. */
    Mono<ToolInvocation> decided() {
        return needsApproval() ? settled().then(Mono.defer(this::ask).subscribeOn(scheduler)) : Mono.just(this);
    }

    /** What hooks make of the call must be there before somebody approves it: what is approved is what runs. */
    private Mono<Void> settled() {
        return inTime(prepared().thenMany(Flux.defer(this::hooked).subscribeOn(scheduler)))
                .doOnNext(this::change)
                .doOnError(error -> refusal = ToolFailures.result(error))
                .onErrorComplete()
                .then();
    }

    /** Compiling a schema takes its time, and has a scheduler of its own. What is wrong with it, the check tells. */
    private Mono<Void> prepared() {
        return tool == null
                ? Mono.empty()
                : tool.definition().inputSchema().prepared().onErrorComplete().then();
    }

    private Mono<ToolInvocation> ask() {
        settled = true;
        if (refusal() != null || approval == null) {
            return Mono.just(this);
        }
        return approval.decision(asked.call, asked.context)
                .defaultIfEmpty(new ToolApproval.Decision(false, ""))
                .map(this::withDecision);
    }

    private ToolInvocation withDecision(ToolApproval.Decision decision) {
        if (!decision.granted()) {
            refusal = ToolFailures.denied(decision.reason());
        }
        return this;
    }

    /** Why it does not run; null if it may. */
    private @Nullable ToolResult refusal() {
        if (refusal == null && !checked) {
            checked = true;
            misfit = tool == null ? ArgumentCheck.unknown(asked.call, tools) : ArgumentCheck.of(asked.call, tool);
        }
        return refusal == null ? misfit : refusal;
    }

    /** Ends with the result, whatever happens. */
    Flux<ToolCallUpdate> run() {
        return inTime(prepared().thenMany(Flux.defer(this::start).subscribeOn(scheduler)))
                .onErrorResume(error -> error != unnoted, error -> Mono.just(ToolFailures.result(error)))
                .filter(this::isBeforeTheEnd)
                .doOnNext(update -> telling.update(asked.call, update))
                .contextWrite(ToolInvocation::quietAfterTheEnd)
                .map(update -> new ToolCallUpdate(asked.call, asked.index, update));
    }

    /** Time may be up just when the result has been told. */
    private boolean isBeforeTheEnd(ToolUpdate update) {
        boolean counts = !ended;
        ended = ended || update instanceof ToolResult;
        return counts;
    }

    /** From outside, so that time goes by also where a tool gets no thread, or takes its thread down. */
    private <T> Flux<T> inTime(Flux<T> updates) {
        Duration own = tool == null ? null : tool.timeout();
        Duration limit = own == null ? settings.config().timeout() : own;
        return Cutoff.on(updates, Mono.delay(limit), () -> new ToolTimeoutException(asked.call.name(), limit));
    }

    /** What a tool throws because it is interrupted is no news. */
    private static Context quietAfterTheEnd(Context context) {
        Consumer<Throwable> log = error -> LOG.debug("A tool failed after its call had ended", error);
        return context.put(ON_ERROR_DROPPED, log);
    }

    private Flux<ToolUpdate> start() {
        return settled || !plugins.hasHooks(ToolHooks.BEFORE_EXECUTE)
                ? execute()
                : hooked().doOnNext(this::change)
                        .thenMany(Flux.defer(this::execute).subscribeOn(scheduler));
    }

    /** The call as the hooks want it; empty where none is to see it. */
    private Mono<ToolHooks.Calling> hooked() {
        return refusal() == null && plugins.hasHooks(ToolHooks.BEFORE_EXECUTE)
                ? plugins.applyHooks(ToolHooks.BEFORE_EXECUTE, new ToolHooks.Calling(asked.call, asked.context))
                : Mono.empty();
    }

    private void change(ToolHooks.Calling calling) {
        asked = asked.withInput(calling.call().input());
        checked = false;
    }

    private Flux<ToolUpdate> execute() {
        ToolResult refused = refusal();
        if (refused != null) {
            return Flux.just(refused);
        }
        Tool what = Objects.requireNonNull(tool);
        return what.atMostOnce() ? Flux.deferContextual(view -> once(what, view)) : made(what);
    }

    private Flux<ToolUpdate> once(Tool what, ContextView view) {
        ToolRun.Journal journal = view.getOrDefault(ToolRun.Journal.class, null);
        return journal == null
                ? made(what)
                : journal.begin(asked.call, asked.context)
                        .doOnError(error -> unnoted = error)
                        .flatMapMany(first -> first
                                ? Flux.defer(() -> made(what)).subscribeOn(scheduler)
                                : Flux.just(ToolFailures.unknownOutcome()));
    }

    private Flux<ToolUpdate> made(Tool what) {
        telling.before(asked.call);
        startedOn = Thread.currentThread();
        return updates(what);
    }

    /** The result counts once the tool has ended: what it does then, such as a commit, may still fail. */
    private Flux<ToolUpdate> updates(Tool what) {
        return Flux.defer(() -> ToolFailures.caught(() -> what.stream(asked.call.input(), asked.context)))
                .filter(this::isProgress)
                .concatWith(Mono.defer(() -> finished(what)));
    }

    private boolean isProgress(ToolUpdate update) {
        if (result == null && update instanceof ToolResult first) {
            result = first;
        }
        return result == null;
    }

    /** Off the event loop that the tool may have ended on: a look into classes may block. */
    private Mono<ToolUpdate> finished(Tool what) {
        ToolResult given = result;
        if (given == null) {
            return Mono.error(ToolFailures.noResult());
        }
        return plugins.hasHooks(ToolHooks.AFTER_EXECUTE)
                ? plugins.applyHooks(ToolHooks.AFTER_EXECUTE, new ToolHooks.Called(asked.call, asked.context, given))
                        .flatMap(called -> validated(what, called.result()))
                : validated(what, given);
    }

    private Mono<ToolUpdate> validated(Tool what, ToolResult given) {
        Schema schema = what.outputSchema();
        // Not from a callable: cancelled at the wrong moment, Reactor would interrupt what goes on after it.
        Mono<ToolUpdate> checked = Mono.defer(() -> Mono.just(ToolOutput.checked(given, schema)));
        Mono<ToolUpdate> here = Thread.currentThread() == startedOn ? checked : checked.subscribeOn(scheduler);
        return schema == null ? here : schema.prepared().then(checked.subscribeOn(scheduler));
    }
}
