// Command gen writes the vector assembly of sparker/internal/kernel with avo, and the tables of its
// portable path. It is a module of its own, so that sparker does not depend on avo. Run `go
// generate` in the package's folder.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
)

func main() {
	set := flag.NewFlagSet("gen", flag.ExitOnError)
	target := set.String("target", "avx2", "instruction set of the assembly")
	tables := set.String("tables", "", "write the tables to this file instead")
	flags := build.NewFlags(set)
	_ = set.Parse(os.Args[1:]) // exits on an error
	if *tables != "" {
		if err := writeTables(*tables); err != nil {
			fail(err)
		}
		return
	}
	g, err := newAssembler(*target)
	if err != nil {
		fail(err)
	}
	g.all()
	config := flags.Config()
	config.Passes = slices.Insert(config.Passes, 1,
		pass.Interface(pass.FunctionPass(g.checkRegisters)))
	os.Exit(build.Main(config, g.Context))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "gen:", err)
	os.Exit(1)
}
