/** Gives each file of tests the umask of a person's shell: a gateway that another file opened here may have left its own. */

process.umask(0o022)
