package org.semblance.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The root of the command line. Exit codes: 0 done, 1 failed, 2 wrong usage or settings. */
@Command(
        name = "semblance",
        description = "Swaps the identities of head pictures and keeps everything else.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        footer = {
            "",
            "semblance VERB --help explains a verb; a star marks what must be given.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or settings."
        },
        subcommands = {
            DemoCommand.class,
            SwapCommand.class,
            PairsCommand.class,
            TableCommand.class,
            SheetCommand.class,
            AnonymizeCommand.class,
            CertificateCommand.class,
            InterpolateCommand.class,
            GenerateCommand.class,
            RenderHeadsCommand.class,
            AlignCommand.class,
            PasteCommand.class,
            SequenceCommand.class,
            FetchModelsCommand.class,
            TrainCommand.class,
            TrainTeacherCommand.class,
            ResumeCommand.class,
            ExportCommand.class,
            InfoCommand.class,
            ConvertCommand.class,
            VerifyCommand.class,
            EvaluateCommand.class,
            ProfileCommand.class,
            EvaluateSequenceCommand.class,
            MakeDatasetCommand.class
        })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class SemblanceCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, ready to execute; its streams can be set. */
    public static CommandLine commandLine() {
        return new CommandLine(new SemblanceCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(SemblanceCommand::execute)
                .setParameterExceptionHandler(ErrorLines::usage)
                .setExecutionExceptionHandler(ErrorLines::failure);
    }

    /** Lets errors that a user can cause, such as too little memory, end in a line as exceptions do. */
    private static int execute(ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } catch (OutOfMemoryError | LinkageError e) {
            throw new ExecutionException(parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a verb is needed");
    }
}
