//! The statement as Markdown, which is also readable as plain text.

use std::fmt::{self, Display, Formatter};

use super::{Block, Statement};

/// Markdown.
impl Display for Statement {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        writeln!(out, "# {}\n\n{}", self.title, self.subtitle)?;
        for section in &self.sections {
            writeln!(out, "\n## {}", section.title)?;
            section.blocks.iter().try_for_each(|block| write_block(out, block))?;
        }
        Ok(())
    }
}

fn write_block(out: &mut Formatter<'_>, block: &Block) -> fmt::Result {
    match block {
        Block::Paragraph(text) => writeln!(out, "\n{text}"),
        Block::List(items) => {
            writeln!(out)?;
            items.iter().try_for_each(|item| writeln!(out, "- {item}"))
        }
        Block::Facts { title, facts } => {
            writeln!(out, "\n### {title}\n")?;
            facts.iter().try_for_each(|(name, value)| writeln!(out, "- **{name}**: {value}"))
        }
        Block::Table { columns, rows } => {
            writeln!(out)?;
            write_row(out, columns)?;
            writeln!(out, "|{}", " --- |".repeat(columns.len()))?;
            rows.iter().try_for_each(|row| write_row(out, row))
        }
    }
}

fn write_row(out: &mut Formatter<'_>, cells: &[String]) -> fmt::Result {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    writeln!(out, "| {} |", cells.join(" | "))
}
