// Command modulepath gives the project another module path, so that others can install it:
//
//	go run ./internal/modulepath example.org/you/sparker
//
// It rewrites the module lines of all go.mod files, and the imports of all Go files, also in doc
// comments and in the Go code of pages. Everything is read and checked before the first file is
// written. A second call with the same path changes nothing.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "modulepath:", err)
		os.Exit(2)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 1 {
		return errors.New("want a module path, such as example.org/you/sparker")
	}
	changed, err := rename(".", args[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d files changed; go build ./... and go test -short ./... check them\n",
		changed)
	return nil
}
