package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// pythonWithNumPy returns a Python that has NumPy: the first one in PATH, or that of the system. It
// skips the test if there is none.
func pythonWithNumPy(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		// The package needs Python 3.10.
		const check = "import sys, numpy; sys.exit(sys.version_info < (3, 10))"
		if exec.Command(python, "-c", check).Run() == nil {
			return python
		}
	}
	t.Skip("neither python3 nor /usr/bin/python3 is Python 3.10 or later with NumPy")
	return ""
}

// The tests of the Python package pass with the binary of these tests for the program. Those of
// data frames are skipped without pandas.
func TestPython(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the tests of the Python package")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), pythonWithNumPy(t), "-W", "error::ResourceWarning",
		"-m", "unittest", "discover", "-s", "tests")
	cmd.Dir = filepath.Join("..", "..", "python")
	source, err := filepath.Abs(filepath.Join(cmd.Dir, "src"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(os.Environ(), childVariable+"=python", "SPARKER_BINARY="+program,
		"PYTHONPATH="+source, "PYTHONDONTWRITEBYTECODE=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
