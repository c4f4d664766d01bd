package dev.phigate.cli.audit;

import picocli.CommandLine.Command;

/** {@code phigate audit ...}. */
@Command(
        name = "audit",
        description = "Prove and read audit logs.",
        mixinStandardHelpOptions = true,
        subcommands = {
            VerifyCommand.class,
            QueryCommand.class,
            TimelineCommand.class,
            ReportCommand.class,
            ShipCommand.class,
            KeyCommand.class
        })
public final class AuditCommand {}
