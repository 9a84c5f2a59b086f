package io.cortexreactive.durable;

import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunLog.Beat;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A log that lacks one guard each: it makes every step look as if the guard held. */
enum MissingGuard {
    EPOCH_OF_A_COMMIT(log -> guarded(log, (guard, is) -> new Guard(guard.key(), is.epoch(), guard.seq()))),
    SEQUENCE_OF_A_COMMIT(log -> guarded(log, (guard, is) -> new Guard(guard.key(), guard.epoch(), is.seq()))),
    STATUS_OF_A_COMMIT(MissingGuard::commitsWhatIsPending),
    OUTCOME_OF_A_COMMIT(MissingGuard::endsAsAnything),
    FRESH_ID_OF_A_COMMIT(log -> new ForwardingRunLog(log) {
        @Override
        public Mono<Verdict> commit(Transition made) {
            return log.commit(new Transition(
                    made.guard(),
                    UUID.randomUUID(),
                    made.move(),
                    made.node(),
                    made.next(),
                    made.body(),
                    made.schedule()));
        }
    }),
    EPOCH_OF_A_BRANCH(log -> branching(log, (guard, is) -> new Guard(guard.key(), is.epoch(), guard.seq()))),
    SEQUENCE_OF_A_BRANCH(log -> branching(log, (guard, is) -> new Guard(guard.key(), guard.epoch(), is.seq()))),
    FIRST_RESULT_OF_A_BRANCH(log -> new ForwardingRunLog(log) {
        @Override
        public Mono<Verdict> branch(BranchResult result) {
            return log.branch(result).map(is -> is == Verdict.EXISTS ? Verdict.COMMITTED : is);
        }
    }),
    TOKEN_OF_AN_ANSWER(log -> answering(
            log, (is, answer) -> new Answer(token(is), answer.requestId(), answer.input(), answer.commitId()))),
    REQUEST_OF_AN_ANSWER(log -> answering(
            log, (is, answer) -> new Answer(answer.token(), RunSteps.id("r"), answer.input(), answer.commitId()))),
    ONE_CANCEL(log -> new ForwardingRunLog(log) {
        @Override
        public Mono<Cancelled> cancel(RunKey key, UUID commitId) {
            return log.cancel(key, commitId).map(is -> new Cancelled(true, is.status(), is.seq()));
        }
    }),
    LIVING_WORKER(log -> claiming(
            log, claim -> new Claim(registered(log), claim.queue(), claim.codes(), claim.only(), claim.limit()))),
    QUEUE_OF_A_CLAIM(log -> claiming(
            log, claim -> new Claim(claim.worker(), claim.queue() + "2", claim.codes(), claim.only(), claim.limit()))),
    CODE_OF_A_CLAIM(log -> claiming(
            log,
            claim -> new Claim(
                    claim.worker(), claim.queue(), withTheSecondVersion(claim.codes()), claim.only(), claim.limit()))),
    DELAY_OF_A_CLAIM(log -> new ForwardingRunLog(log) {
        @Override
        public Mono<Verdict> commit(Transition made) {
            Transition.Schedule at = made.schedule();
            Duration delay = at.delay() == null ? null : Duration.ZERO;
            return log.commit(new Transition(
                    made.guard(),
                    made.commitId(),
                    made.move(),
                    made.node(),
                    made.next(),
                    made.body(),
                    new Transition.Schedule(delay, at.nodeTimeout(), at.pause())));
        }
    }),
    TENANT_OF_A_CANCEL(log -> new ForwardingRunLog(log) {
        @Override
        public Mono<Cancelled> cancel(RunKey key, UUID commitId) {
            return log.cancel(key, commitId).switchIfEmpty(log.cancel(ofTheOther(key), commitId));
        }
    }),
    TENANT_OF_AN_ANSWER(log -> new ForwardingRunLog(log) {
        @Override
        public Mono<Answered> answer(RunKey key, Answer answer) {
            return log.answer(key, answer).switchIfEmpty(log.answer(ofTheOther(key), answer));
        }
    }),
    IDEMPOTENCY_KEY(log -> starting(log, once -> null)),
    HASH_OF_THE_INPUT(log -> starting(log, once -> once == null ? null : new Once(once.idempotencyKey(), "hash"))),
    SEQUENCE_OF_A_PUT(MissingGuard::putsAtAnySequence),
    RUN_UNDER_WAY(log -> new ForwardingRunLog(log) {
        @Override
        public Mono<Boolean> remove(RunKey key) {
            return log.remove(key).thenReturn(true);
        }
    }),
    LIFE_OF_A_BEAT(log -> beating(log, is -> new Beat(true, is.lost()))),
    EPOCH_OF_A_BEAT(log -> beating(log, is -> new Beat(is.alive(), Set.of()))),
    LIVING_OWNER(MissingGuard::recoversAllThatRuns),
    TIME_OF_A_PAUSE(log -> new ForwardingRunLog(log) {
        @Override
        public Flux<Swept> sweep(int limit) {
            return log.sweep(limit).filter(swept -> swept.change() != Change.TIMED_OUT);
        }
    }),
    DEADLINE_OF_A_RUN(log -> new ForwardingRunLog(log) {
        @Override
        public Flux<Swept> expire(int limit, ErrorInfo late) {
            return Flux.empty();
        }
    }),
    END_OF_A_PARENT(log -> new ForwardingRunLog(log) {
        @Override
        public Flux<RunKey> orphans(int limit) {
            return Flux.empty();
        }
    }),
    SETTLED_NOTICES(log -> new ForwardingRunLog(log) {
        @Override
        public Flux<Notice> notices(String reader, int limit) {
            return log.notices(reader, limit).repeat(1);
        }
    });

    @SuppressWarnings("ImmutableEnumChecker") // a function without a state
    private final UnaryOperator<RunLog> without;

    MissingGuard(UnaryOperator<RunLog> without) {
        this.without = without;
    }

    RunLog in(RunLog log) {
        return without.apply(log);
    }

    private static RunKey ofTheOther(RunKey key) {
        return new RunKey(key.tenantId().replaceAll("2$", ""), key.runId());
    }

    private static RunLog guarded(RunLog log, BiFunction<Guard, Progress, Guard> loose) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Verdict> commit(Transition made) {
                return log.load(made.guard().key())
                        .map(run -> loose.apply(made.guard(), run.progress()))
                        .defaultIfEmpty(made.guard())
                        .flatMap(guard -> log.commit(with(made, guard, made.move())));
            }
        };
    }

    private static Transition with(Transition made, Guard guard, Move move) {
        return new Transition(guard, made.commitId(), move, made.node(), made.next(), made.body(), made.schedule());
    }

    private static RunLog commitsWhatIsPending(RunLog log) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Verdict> commit(Transition made) {
                return log.load(made.guard().key())
                        .filter(run -> run.status() == RunStatus.PENDING
                                && RunSteps.guard(run).equals(made.guard()))
                        .map(run -> Verdict.COMMITTED)
                        .switchIfEmpty(log.commit(made));
            }
        };
    }

    private static RunLog endsAsAnything(RunLog log) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Verdict> commit(Transition made) {
                return log.load(made.guard().key())
                        .mapNotNull(run -> run.progress().outcome())
                        .filter(outcome -> made.move().to().isTerminal())
                        .map(outcome -> outcome == RunStatus.FAILED ? Move.FAIL : Move.CANCELLED)
                        .defaultIfEmpty(made.move())
                        .flatMap(move -> log.commit(with(made, made.guard(), move)));
            }
        };
    }

    private static RunLog branching(RunLog log, BiFunction<Guard, Progress, Guard> loose) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Verdict> branch(BranchResult made) {
                return log.load(made.guard().key())
                        .map(run -> loose.apply(made.guard(), run.progress()))
                        .defaultIfEmpty(made.guard())
                        .flatMap(guard -> log.branch(
                                new BranchResult(guard, made.branch(), made.commitId(), made.payload(), made.error())));
            }
        };
    }

    private static RunLog answering(RunLog log, BiFunction<RunRecord, Answer, Answer> loose) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Answered> answer(RunKey key, Answer answer) {
                return log.load(key).flatMap(run -> log.answer(key, loose.apply(run, answer)));
            }
        };
    }

    private static String token(RunRecord run) {
        return run.pause() == null ? "" : run.pause().token();
    }

    private static RunLog claiming(RunLog log, UnaryOperator<Claim> loose) {
        return new ForwardingRunLog(log) {
            @Override
            public Flux<RunRecord> claim(Claim claim) {
                return Flux.defer(() -> log.claim(loose.apply(claim)));
            }
        };
    }

    private static String registered(RunLog log) {
        String ghost = RunSteps.id("ghost");
        log.register(ghost, RunSteps.NEVER).block(RunSteps.LONG);
        return ghost;
    }

    private static Collection<Code> withTheSecondVersion(Collection<Code> codes) {
        String definition = codes.iterator().next().definition();
        return Set.of(new Code(definition, "1"), new Code(definition, "2"));
    }

    private static RunLog starting(RunLog log, UnaryOperator<@Nullable Once> loose) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Started> start(NewRun run) {
                return log.start(new NewRun(
                        run.key(),
                        run.code(),
                        run.node(),
                        run.content(),
                        loose.apply(run.once()),
                        run.lineage(),
                        run.terms()));
            }
        };
    }

    private static RunLog putsAtAnySequence(RunLog log) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Boolean> put(RunRecord run, UUID commitId) {
                return log.load(run.key())
                        .flatMap(is -> log.put(
                                new RunRecord(
                                        run.key(),
                                        run.code(),
                                        run.status(),
                                        new Progress(
                                                0,
                                                is.progress().seq(),
                                                run.progress().node(),
                                                0,
                                                0,
                                                null),
                                        run.snapshot(),
                                        run.pause(),
                                        run.lineage(),
                                        run.times(),
                                        run.error()),
                                commitId));
            }
        };
    }

    private static RunLog beating(RunLog log, UnaryOperator<Beat> loose) {
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Beat> beat(String worker, Duration ttl, boolean draining, Map<RunKey, Long> held) {
                return log.beat(worker, ttl, draining, held).map(loose);
            }
        };
    }

    private static RunLog recoversAllThatRuns(RunLog log) {
        List<String> workers = new ArrayList<>();
        return new ForwardingRunLog(log) {
            @Override
            public Mono<Instant> register(String worker, Duration ttl) {
                workers.add(worker);
                return log.register(worker, ttl);
            }

            @Override
            public Flux<Swept> sweep(int limit) {
                return Flux.fromIterable(workers).concatMap(log::leave).thenMany(log.sweep(limit));
            }
        };
    }
}
