package org.semblance.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = SemblanceCommand.class.getPackage().getImplementationVersion();
        return new String[] {"semblance " + (version == null ? "(not packed)" : version)};
    }
}
